import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { ArchiveError } from '../../lib/core/errors.ts'
import { listAll, type PutResult, type Store } from '../../lib/store/store.ts'

/** A store to test and how to clear it away. The suite puts its keys under names of its own. */
export interface OpenedStore {
  readonly store: Store
  close?(): Promise<void> | void
}

/** What every store promises (`lib/store/store.ts`), as tests. `runs` bounds the random ones. */
export function conformance(name: string, open: () => Promise<OpenedStore>, runs = 20): void {
  describe(`a ${name} store`, () => {
    let opened: OpenedStore
    before(async () => {
      opened = await open()
    })
    after(() => opened.close?.())
    const storeOf = () => opened.store
    testObjects(storeOf)
    testConditions(storeOf)
    testRanges(storeOf)
    testListings(storeOf, runs)
    testRefusals(storeOf)
  })
}

type StoreOf = () => Store
let prefixCount = 0
/** A name that no other test uses. */
const fresh = (): string => `conformance/${String(++prefixCount).padStart(4, '0')}`

const etagOf = (result: PutResult): string => {
  assert.equal(result.outcome, 'stored')
  return result.outcome === 'stored' ? result.etag : ''
}

async function put(store: Store, key: string, text: string): Promise<string> {
  return etagOf(await store.create(key, Buffer.from(text)))
}

async function read(store: Store, key: string): Promise<string | undefined> {
  return (await store.get(key))?.bytes.toString()
}

async function keysUnder(store: Store, prefix: string): Promise<string[]> {
  return (await Array.fromAsync(listAll(store, prefix))).map(object => object.key)
}

function testObjects(storeOf: StoreOf): void {
  test('answers undefined to a key that has no object', async () => {
    assert.equal(await storeOf().get(fresh()), undefined)
    assert.equal(await storeOf().get(`${fresh()}/below`), undefined)
  })

  test('keeps every byte of an object, also when the caller changes its own copy', async () => {
    const key = fresh()
    const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * 7919) % 256))
    const kept = Buffer.from(bytes)
    const etag = etagOf(await storeOf().create(key, bytes))
    bytes.fill(0)
    assert.deepEqual(await storeOf().get(key), { bytes: kept, etag, sizeBytes: kept.length })
  })

  test('keeps an object without bytes', async () => {
    const key = fresh()
    await put(storeOf(), key, '')
    assert.equal((await storeOf().get(key))?.sizeBytes, 0)
    assert.equal((await storeOf().get(key, { range: { suffixBytes: 10 } }))?.bytes.length, 0)
  })

  test('tells keys apart that differ in a letter, a dot or a dash', async () => {
    const key = fresh()
    for (const name of ['a', 'b', 'a.b', 'a-b', 'a_b', 'a=b', 'a~b', 'a+b', 'a%41']) {
      await put(storeOf(), `${key}/${name}`, name)
    }
    assert.equal(await read(storeOf(), `${key}/a.b`), 'a.b')
    assert.equal(await read(storeOf(), `${key}/a+b`), 'a+b')
    assert.equal(await read(storeOf(), `${key}/a%41`), 'a%41')
  })

  test('deletes any number of objects and counts one that is not there as deleted', async () => {
    const key = fresh()
    const keys = Array.from({ length: 1_100 }, (_, i) => `${key}/${i}`)
    for (const position of [0, 500, 1_099]) await put(storeOf(), keys[position]!, 'x')
    await put(storeOf(), `${key}/kept`, 'kept')
    await storeOf().delete(keys)
    await storeOf().delete([])
    assert.deepEqual(await keysUnder(storeOf(), `${key}/`), [`${key}/kept`])
    assert.equal(await storeOf().get(keys[500]!), undefined)
  })

  test('creates an object again after it was deleted', async () => {
    const key = fresh()
    await put(storeOf(), key, 'first')
    await storeOf().delete([key])
    await put(storeOf(), key, 'again')
    assert.equal(await read(storeOf(), key), 'again')
  })
}

function testConditions(storeOf: StoreOf): void {
  test('refuses to create what exists and leaves it as it is', async () => {
    const key = fresh()
    await put(storeOf(), key, 'first')
    assert.equal((await storeOf().create(key, Buffer.from('other'))).outcome, 'refused')
    assert.equal(await read(storeOf(), key), 'first')
  })

  test('lets one of many win that create the same object at once', async () => {
    const key = fresh()
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
    const results = await Promise.all(names.map(name => storeOf().create(key, Buffer.from(name))))
    const winners = names.filter((_, i) => results[i]!.outcome === 'stored')
    assert.deepEqual(winners, [await read(storeOf(), key)])
    assert.ok(results.every(({ outcome }) => outcome !== 'unknown' && outcome !== 'missing'))
  })

  test('replaces an object that still has the etag, and only then', async () => {
    const key = fresh()
    const old = await put(storeOf(), key, 'one')
    const current = etagOf(await storeOf().replace(key, Buffer.from('two'), old))
    assert.notEqual(current, old)
    assert.equal((await storeOf().replace(key, Buffer.from('three'), old)).outcome, 'refused')
    assert.equal(await read(storeOf(), key), 'two')
    assert.equal((await storeOf().get(key))?.etag, current)
  })

  test('says so when there is nothing to replace', async () => {
    const key = fresh()
    const etag = await put(storeOf(), key, 'one')
    await storeOf().delete([key])
    assert.equal((await storeOf().replace(key, Buffer.from('two'), etag)).outcome, 'missing')
    assert.equal(await storeOf().get(key), undefined)
  })

  test('lets one of many win that replace the same object at once', async () => {
    const key = fresh()
    const etag = await put(storeOf(), key, 'start')
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
    const results = await Promise.all(
      names.map(name => storeOf().replace(key, Buffer.from(name), etag)),
    )
    const winners = names.filter((_, i) => results[i]!.outcome === 'stored')
    assert.deepEqual(winners, [await read(storeOf(), key)])
  })

  test('sends an object again only when it has changed', async () => {
    const key = fresh()
    assert.equal(await storeOf().getIfChanged(key, '"none"'), undefined)
    const old = await put(storeOf(), key, 'one')
    assert.equal(await storeOf().getIfChanged(key, old), 'unchanged')
    const etag = etagOf(await storeOf().replace(key, Buffer.from('two'), old))
    const changed = { bytes: Buffer.from('two'), etag, sizeBytes: 3 }
    assert.deepEqual(await storeOf().getIfChanged(key, old), changed)
  })

  test('gives its own time with every answer', async () => {
    const key = fresh()
    const created = await storeOf().create(key, Buffer.from('x'))
    const { storeTimeMicros } = await storeOf().list(key)
    assert.ok(created.outcome === 'stored' && Number.isInteger(created.storeTimeMicros))
    assert.ok(Math.abs(created.storeTimeMicros - storeTimeMicros) < 60e6)
  })
}

function testRanges(storeOf: StoreOf): void {
  const text = 'abcdefghij'
  const cases = [
    { range: { start: 0, end: 1 }, expected: 'a' },
    { range: { start: 3, end: 7 }, expected: 'defg' },
    { range: { start: 8, end: 100 }, expected: 'ij' },
    { range: { start: 10, end: 12 }, expected: '' },
    { range: { start: 50, end: 60 }, expected: '' },
    { range: { suffixBytes: 3 }, expected: 'hij' },
    { range: { suffixBytes: 10 }, expected: text },
    { range: { suffixBytes: 99 }, expected: text },
  ]

  test('reads any range and any suffix, cut at the end of the object', async () => {
    const key = fresh()
    const etag = await put(storeOf(), key, text)
    for (const { range, expected } of cases) {
      const found = await storeOf().get(key, { range })
      assert.deepEqual(found, { bytes: Buffer.from(expected), etag, sizeBytes: 10 })
    }
    assert.equal(await storeOf().get(fresh(), { range: { start: 1, end: 2 } }), undefined)
  })

  test('refuses a range that holds no byte', async () => {
    const key = fresh()
    await put(storeOf(), key, text)
    for (const range of [{ start: 2, end: 2 }, { start: -1, end: 2 }, { suffixBytes: 0 }]) {
      await assert.rejects(storeOf().get(key, { range }), isInvalid)
    }
  })
}

function testListings(storeOf: StoreOf, runs: number): void {
  test('lists keys in the order of their bytes, whatever folders they seem to be in', async () => {
    const prefix = fresh()
    const names = ['a-b', 'a.b', 'a/c', 'a/c-d', 'a/d/e', 'a0', 'b/a', 'z']
    for (const name of names.toReversed()) await put(storeOf(), `${prefix}/${name}`, name)
    const expected = names.map(name => `${prefix}/${name}`)
    assert.deepEqual(await keysUnder(storeOf(), `${prefix}/`), expected)
    assert.deepEqual(await keysUnder(storeOf(), `${prefix}/a/c`), expected.slice(2, 4))
    assert.deepEqual(await keysUnder(storeOf(), `${prefix}/nothing`), [])
  })

  test('lists page by page and says when there is more', async () => {
    const prefix = fresh()
    for (const name of ['1', '2', '3', '4', '5']) await put(storeOf(), `${prefix}/${name}`, name)
    const page = await storeOf().list(`${prefix}/`, { limit: 2, startAfter: `${prefix}/1` })
    assert.deepEqual(
      page.objects.map(({ key, sizeBytes }) => [key, sizeBytes]),
      [`${prefix}/2`, `${prefix}/3`].map(key => [key, 1]),
    )
    assert.equal(page.more, true)
    assert.equal((await storeOf().list(`${prefix}/`, { startAfter: `${prefix}/4` })).more, false)
    const far = await storeOf().list(`${prefix}/`, { startAfter: `${prefix}/9` })
    assert.deepEqual(far.objects, [])
  })

  test('shows a new object in the next listing and a deleted one no more', async () => {
    const prefix = fresh()
    for (const name of ['a', 'b', 'c']) {
      await put(storeOf(), `${prefix}/${name}`, name)
      assert.ok((await keysUnder(storeOf(), prefix)).includes(`${prefix}/${name}`))
    }
    await storeOf().delete([`${prefix}/b`])
    assert.deepEqual(await keysUnder(storeOf(), prefix), [`${prefix}/a`, `${prefix}/c`])
  })

  test('lists what a plain sorted set would', async () => {
    const part = fc.stringMatching(/^[ab][ab.-]{0,2}$/)
    // Folders and objects have different names, as a directory needs it.
    const key = fc.tuple(fc.array(part, { maxLength: 2 }), part).map(([folders, name]) => {
      return [...folders.map(folder => `${folder}!`), name].join('/')
    })
    const given = fc.record({ keys: fc.uniqueArray(key, { maxLength: 12 }), startAfter: key })
    const check = fc.asyncProperty(given, async ({ keys, startAfter }) => {
      const prefix = `${fresh()}/`
      for (const each of keys) await put(storeOf(), prefix + each, each)
      const page = await storeOf().list(`${prefix}a`, { startAfter: prefix + startAfter, limit: 3 })
      const expected = keys.filter(each => each.startsWith('a') && each > startAfter).sort()
      const found = page.objects.map(object => object.key.slice(prefix.length))
      assert.deepEqual(found, expected.slice(0, 3))
      assert.equal(page.more, expected.length > 3)
    })
    await fc.assert(check, { numRuns: runs })
  })
}

function testRefusals(storeOf: StoreOf): void {
  const wrongKeys = ['', '/a', 'a/', 'a//b', '../a', 'a/../b', './a', 'a/.b', 'ä', 'a\nb', 'a\\b']

  test('refuses keys that could not be stored everywhere', async () => {
    for (const key of [...wrongKeys, 'a'.repeat(201), 'a/'.repeat(600)]) {
      await assert.rejects(storeOf().get(key), isInvalid, key)
      await assert.rejects(storeOf().create(key, Buffer.from('x')), isInvalid, key)
      await assert.rejects(storeOf().replace(key, Buffer.from('x'), '"e"'), isInvalid, key)
      await assert.rejects(storeOf().delete([key]), isInvalid, key)
    }
    await assert.rejects(storeOf().list('../'), isInvalid)
  })

  test('does nothing for a caller that has already given up', async () => {
    const key = fresh()
    const signal = AbortSignal.abort(new Error('given up'))
    await assert.rejects(storeOf().create(key, Buffer.from('x'), signal), /given up/)
    await assert.rejects(storeOf().get(key, { signal }), /given up/)
    await assert.rejects(storeOf().list(key, { signal }), /given up/)
    assert.equal(await storeOf().get(key), undefined)
  })
}

const isInvalid = (error: unknown): boolean =>
  error instanceof ArchiveError && error.code === 'invalid'
