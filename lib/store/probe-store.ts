import { ArchiveError } from '../core/errors.ts'
import type { Random } from '../core/random.ts'
import type { PutResult, Store } from './store.ts'

const one = Buffer.from('probe one')
const two = Buffer.from('probe two')
/** Requests sent at once to see whether a store judges their conditions one by one. */
const contenders = 4

/**
 * Tries, on objects of its own under `probe/`, everything the archive depends on, and clears them
 * away. Throws `invalid` with the name of the first capability that a store lacks or lies about.
 */
export async function probeStore(store: Store, random: Random): Promise<void> {
  const prefix = `probe/${Buffer.from(random.bytes(8)).toString('hex')}/`
  const keys = ['a', 'b', 'c', 'd', 'e'].map(name => prefix + name)
  try {
    await probeCreate(store, keys)
    await probeReads(store, keys[0]!)
    await probeReplace(store, keys)
    await probeListing(store, prefix, keys.slice(0, 3))
  } finally {
    await store.delete(keys)
  }
  const left = await store.list(prefix)
  if (left.objects.length > 0) lacks(store, 'delete', 'a deleted object is still listed')
}

async function probeCreate(store: Store, keys: readonly string[]): Promise<void> {
  const name = 'conditional create (If-None-Match: *)'
  const [a, b, c] = keys as [string, string, string]
  const first = await known(store, store.create(a, one))
  if (first.outcome !== 'stored') lacks(store, name, `a new object was ${first.outcome}`)
  const again = await known(store, store.create(a, two))
  if (again.outcome === 'stored' || !(await holds(store, a, one))) {
    lacks(store, name, 'an object that existed was overwritten')
  }
  await known(store, store.create(b, one))
  const racers = Array.from({ length: contenders }, () => known(store, store.create(c, one)))
  if (storedCount(await Promise.all(racers)) > 1) {
    lacks(store, name, `of ${contenders} creations at once more than one succeeded`)
  }
}

async function probeReads(store: Store, key: string): Promise<void> {
  const middle = await store.get(key, { range: { start: 2, end: 5 } })
  if (!middle?.bytes.equals(one.subarray(2, 5)) || middle.sizeBytes !== one.length) {
    lacks(store, 'ranged GET', 'bytes 2 to 5 came back otherwise')
  }
  const suffix = await store.get(key, { range: { suffixBytes: 3 } })
  if (!suffix?.bytes.equals(one.subarray(-3))) {
    lacks(store, 'suffix GET', 'the last 3 bytes came back otherwise')
  }
  if ((await store.getIfChanged(key, middle.etag)) !== 'unchanged') {
    lacks(store, 'conditional GET (If-None-Match)', 'an unchanged object was sent again')
  }
}

async function probeReplace(store: Store, keys: readonly string[]): Promise<void> {
  const name = 'compare-and-swap (If-Match)'
  const [a, b, , absent] = keys as [string, string, string, string]
  const old = (await store.get(a))?.etag ?? ''
  const swapped = await known(store, store.replace(a, two, old))
  if (swapped.outcome !== 'stored' || !(await holds(store, a, two))) {
    lacks(store, name, `a replacement with the right etag was ${swapped.outcome}`)
  }
  const stale = await known(store, store.replace(a, one, old))
  if (stale.outcome === 'stored' || !(await holds(store, a, two))) {
    lacks(store, name, 'a replacement with a stale etag was not refused')
  }
  const missing = await known(store, store.replace(absent, one, old))
  if (missing.outcome === 'stored') lacks(store, name, 'a missing object was replaced')
  const etag = (await store.get(b))?.etag ?? ''
  const racers = Array.from({ length: contenders }, (_, position) =>
    known(store, store.replace(b, Buffer.from(`racer ${position}`), etag)),
  )
  if (storedCount(await Promise.all(racers)) > 1) {
    lacks(store, name, `of ${contenders} replacements at once more than one succeeded`)
  }
}

async function probeListing(store: Store, prefix: string, keys: readonly string[]): Promise<void> {
  const all = await store.list(prefix)
  const found = all.objects.map(object => object.key)
  if (found.join() !== keys.join()) {
    lacks(
      store,
      'list after put, in order',
      `found ${found.length} of ${keys.length} keys in order`,
    )
  }
  const rest = await store.list(prefix, { startAfter: keys[0]!, limit: 1 })
  if (rest.objects[0]?.key !== keys[1] || rest.objects.length !== 1 || !rest.more) {
    lacks(store, 'list with start-after and limit', 'the page did not begin after the given key')
  }
}

async function holds(store: Store, key: string, bytes: Buffer): Promise<boolean> {
  return (await store.get(key))?.bytes.equals(bytes) ?? false
}

function storedCount(results: readonly PutResult[]): number {
  return results.filter(result => result.outcome === 'stored').length
}

/** A put whose outcome is known; otherwise the store cannot be judged now. */
async function known(store: Store, put: Promise<PutResult>): Promise<PutResult> {
  const result = await put
  if (result.outcome !== 'unknown') return result
  const text = `${store.url} gave no answer to a probe; try again`
  throw new ArchiveError('unavailable', text, { cause: result.cause })
}

function lacks(store: Store, capability: string, finding: string): never {
  const text = `${store.url} lacks ${capability}, which the archive depends on: ${finding}`
  throw new ArchiveError('invalid', text)
}
