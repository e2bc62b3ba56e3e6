import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Chance } from '../../bench/corpora/chance.ts'
import { type Archive, openArchive } from '../../lib/archive.ts'
import { scheduled } from '../lambdas/brigade-calls.ts'
import { deadLetterArn } from '../sources/calls.ts'
import { findMoto, startMoto } from '../store/moto.ts'
import { type Deployment, deploy, synthesise } from './deployment.ts'
import type { Outcome } from './runtime-api.ts'
import { callOf, type Item, landings, type Sender, senders } from './senders.ts'
import { startTroubledS3, type Trouble, type TroubledS3 } from './troubled-s3.ts'

const moto = findMoto()
const itemsMax = 5
const chance = new Chance(11)
let stop = async () => {}
let s3: TroubledS3
let deployment: Deployment
let archive: Archive

/** What goes wrong with S3 during one call; every other call goes well. */
const troubles: readonly (() => TroubledS3['choose'])[] = [
  () => fromTo(1, 12, isPut, 'refused'),
  () => fromTo(2, 12, isPut, 'refused'),
  () => fromTo(1, 1, isPut, 'lost'),
  () => fromTo(1, 12, isGetOfLanding, 'refused'),
]

const isPut = (method: string) => method === 'PUT'
const isGetOfLanding = (method: string, path: string) =>
  method === 'GET' && path.startsWith('landing/')

/** Spoils some requests of this kind: writers try 6 times, importers for longer. */
function fromTo(
  first: number,
  last: number,
  isOfKind: (method: string, path: string) => boolean,
  trouble: Trouble,
): TroubledS3['choose'] {
  let count = 0
  return (method, path) => {
    if (!isOfKind(method, path)) return undefined
    count++
    return count >= first && count <= last ? trouble : undefined
  }
}

describe('what AWS services send, under the runtime client, on S3', {
  skip: !moto && 'NOT TESTED: no S3 server',
}, () => {
  before(async () => {
    const server = await startMoto(moto!, 'varve-events')
    stop = server.stop
    await fetch(`${server.endpoint}/landing`, { method: 'PUT' })
    for (const [key, bytes] of Object.entries(landings)) {
      await fetch(`${server.endpoint}/landing/${key}`, { method: 'PUT', body: bytes })
    }
    s3 = await startTroubledS3(server.endpoint)
    process.env.AWS_ACCESS_KEY_ID = 'test'
    process.env.AWS_SECRET_ACCESS_KEY = 'test'
    const store = 's3://varve-events/archive'
    const variables = {
      VARVE_STORE: store,
      VARVE_DEAD_LETTERS: deadLetterArn,
      AWS_ENDPOINT_URL_S3: s3.endpoint,
    }
    deployment = await deploy(await synthesise(), variables)
    archive = await openArchive({ store: `${store}?endpoint=${server.endpoint}` })
  })

  after(async () => {
    await archive?.close()
    deployment?.close()
    s3?.close()
    await stop()
  })

  for (const sender of senders) {
    test(`${sender.name}: what failed is told exactly, until all is stored`, () => deliver(sender))
  }

  test('it is stored exactly once, also when it comes again in other mixes', async () => {
    s3.choose = () => undefined
    await deployment.functionOf('Brigade').result(scheduled)
    for (const sender of senders) {
      for (const item of shuffled(sender.items)) await call(sender, mixWith(sender, item))
    }
    await deployment.functionOf('Brigade').result(scheduled)

    const expected = new Set(senders.flatMap(({ items }) => items.flatMap(item => item.events)))
    assert.deepEqual((await storedNow()).sort(), [...expected].sort())
    assert.equal((await archive.count({})).count, expected.size)
  })

  test('a call of a shape that nobody knows fails and says what is known', async () => {
    const outcome = await deployment.functionOf('Events').call({ hello: 'there' })

    assert.equal(outcome.kind, 'failed')
    assert.match(JSON.stringify(outcome), /this call has hello, expected an event of CloudWatch/)
  })
})

/** Sends until all is acknowledged, some of it again, while S3 has its troubles. */
async function deliver(sender: Sender): Promise<void> {
  let waiting = sender.items
  for (let calls = 0; waiting.some(item => !item.isStuck); calls++) {
    assert.ok(calls < 60, `still waiting: ${waiting.map(item => item.id)}`)
    s3.choose = calls % 2 ? () => undefined : troubles[(calls / 2) % troubles.length]!()
    const sent = nextMix(sender, waiting)
    const acknowledged = await call(sender, sent)
    waiting = waiting.filter(item => !acknowledged.includes(item))
  }
}

/**
 * Calls the function and holds its report against the store: what it acknowledged is there, and
 * what it says failed is not, unless it was there before. Gives what it acknowledged.
 */
async function call(sender: Sender, sent: readonly Item[]): Promise<readonly Item[]> {
  const before = new Set(await storedNow())
  const outcome = await deployment.functionOf('Events').call(callOf(sender, sent))
  const after = new Set(await storedNow())
  const lies = (there: Set<string>) => (item: Item) =>
    !item.isStuck && item.events.every(id => there.has(id))
  const acknowledged = acknowledgedBy(outcome, sender, sent)
  const others = sent.filter(item => !acknowledged.includes(item))
  const failed = sender.failures === 'lowest' ? others.slice(0, 1) : others
  const report = JSON.stringify(outcome)
  assert.deepEqual(acknowledged.filter(lies(after)), acknowledged, report)
  const fresh = failed.filter(item => !item.isObject && !lies(before)(item))
  assert.deepEqual(fresh.filter(lies(after)), [], report)
  return acknowledged
}

function acknowledgedBy(
  outcome: Outcome,
  { failures }: Sender,
  sent: readonly Item[],
): readonly Item[] {
  if (outcome.kind !== 'answer') {
    assert.equal(failures, 'throw', JSON.stringify(outcome))
    return []
  }
  const { batchItemFailures } = JSON.parse(outcome.json)
  const failed = batchItemFailures.map((each: { itemIdentifier: string }) => each.itemIdentifier)
  if (failures === 'throw') assert.deepEqual(failed, [])
  if (failures !== 'lowest') return sent.filter(item => !failed.includes(item.id))
  assert.ok(failed.length <= 1)
  return failed.length === 0
    ? sent
    : sent.slice(
        0,
        sent.findIndex(item => item.id === failed[0]),
      )
}

/** Records in their order from the first that waits, or from one before; else any, in any order. */
function nextMix({ items, failures }: Sender, waiting: readonly Item[]): readonly Item[] {
  const size = 1 + chance.below(itemsMax)
  if (failures === 'throw') return [chance.pick(waiting)]
  if (failures === 'each') {
    return shuffled([...new Set([...shuffled(waiting).slice(0, size), chance.pick(items)])])
  }
  const start = Math.max(0, items.indexOf(waiting[0]!) - chance.below(2))
  return items.slice(start, start + size + 1)
}

function mixWith({ items, failures }: Sender, item: Item): readonly Item[] {
  if (failures === 'throw') return [item]
  if (failures === 'each')
    return [item, ...shuffled(items.filter(each => each !== item)).slice(0, 3)]
  return items.slice(items.indexOf(item))
}

/** The identities of all that is stored, as often as it is. */
async function storedNow(): Promise<string[]> {
  const hits = await Array.fromAsync(archive.search({ limit: 10_000 }))
  return hits.map(({ line }) => {
    const event = JSON.parse(line.toString())
    return event.mark ?? (event['@error'] && event['@source']?.key) ?? event['@id']
  })
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map(item => [chance.next(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item)
}
