import { compact } from '../../../lib/brigade/compact.ts'
import { fold } from '../../../lib/brigade/fold.ts'
import { rollUp } from '../../../lib/brigade/roll-up.ts'
import { moveAbsorbed, sweepTail } from '../../../lib/brigade/sweep.ts'
import { ArchiveError } from '../../../lib/core/errors.ts'
import { seededRandom } from '../../../lib/core/random.ts'
import { settingsWith } from '../../../lib/core/settings.ts'
import type { AnswerEnd, Damage, Hit } from '../../../lib/read/question.ts'
import { createReader, type Reader } from '../../../lib/read/reader.ts'
import { ObjectTable } from '../../../lib/store/object-table.ts'
import { day, Scene } from '../protocol/scene.ts'
import { SimulatedStore } from '../simulated-store.ts'
import { World } from '../world.ts'
import type { Cases } from './faults-everywhere.ts'

/** Kinds of objects; of each the first is spoilt. */
export const objectKinds: Readonly<Record<string, RegExp>> = {
  'batch in the tail': /^tail\//,
  bucket: /^buckets\//,
  'term index': /^index\/.*\d$/,
  'field summary': /^index\/.*-fields$/,
  manifest: /^manifests\//,
  'absorbed segment': /^absorbed\//,
  catalog: /^catalog$/,
}

/** An archive in which each kind of object is needed for some question. */
export async function smallArchive(): Promise<ReadonlyMap<string, Buffer>> {
  const scene = new Scene({ recentMax: 0, rollupPartsMin: 2 }, new World({ pageSize: 1000 }))
  await scene.narrowPeriods()
  const place = (name: string) => scene.place(name)
  const hourly = async (names: readonly string[]) => {
    for (const name of names) {
      await scene.put(name)
      await fold(place(`folder of ${name}`), new Set())
      scene.world.advance(3_600_000)
    }
  }
  await hourly(['b0', 'b1'])
  scene.world.advance(2 * day)
  await rollUp(place('roller'), new Set())
  await hourly(['b2', 'b3'])
  await compact(place('compactor'), new Set())
  const [late = ''] = scene.world.keys('tail/')
  const bytes = scene.world.object(late)!
  await sweepTail(place('sweeper'))
  await moveAbsorbed(place('sweeper of ids'))
  // A late put brought it back: now the segment must be read.
  scene.world.overwrite(late, bytes)
  for (const name of ['b4', 'b5']) await scene.put(name)
  scene.world.stop()
  return new Map(scene.world.keys().map(key => [key, scene.world.object(key)!]))
}

/** All the ways in which one object is spoilt: each bit turned, each length, a byte too many. */
export function* spoiltForms(bytes: Buffer, every = 1): Generator<readonly [string, Buffer]> {
  for (let bit = 0; bit < bytes.length * 8; bit += every) {
    const flipped = Buffer.from(bytes)
    flipped[bit >> 3]! ^= 1 << (bit & 7)
    yield [`bit ${bit}`, flipped]
  }
  for (let length = 0; length < bytes.length; length += every)
    yield [`first ${length}`, bytes.subarray(0, length)]
  yield ['a byte more', Buffer.concat([bytes, Buffer.of(0)])]
}

/**
 * Spoils the objects of one kind in every way and asks. Every answer holds all events that it does
 * not list as damaged, and no other; what a question has read and found spoilt is listed or thrown.
 */
export async function spoilEverywhere(
  archive: ReadonlyMap<string, Buffer>,
  kind: string,
  every = 1,
): Promise<Cases> {
  const isOfKind = (key: string) => objectKinds[kind]!.test(key)
  const key = keyOfKind(archive, isOfKind, kind)
  const cases: Cases = { count: 0, wrong: [] }
  const whole = await askAll(archive)
  for (const [form, spoilt] of spoiltForms(archive.get(key)!, every)) {
    cases.count++
    const asked = await askAll(new Map([...archive, [key, spoilt]]))
    for (const fault of asked.flatMap((answer, i) => faultsOf(answer, whole[i]!)))
      cases.wrong.push(`${key}, ${form}: ${fault}`)
    const isNoticed = asked.some(answer => answer === 'corrupt' || answer.damage.length > 0)
    if (!isNoticed && !isDerived(key)) cases.wrong.push(`${key}, ${form}: nobody noticed`)
  }
  return cases
}

/** The first of a kind; of batches one that no run holds. */
function keyOfKind(
  archive: ReadonlyMap<string, Buffer>,
  isOfKind: (key: string) => boolean,
  kind: string,
): string {
  const keys = [...archive.keys()].filter(isOfKind)
  const key = kind === 'batch in the tail' ? keys.at(-1) : keys[0]
  if (key === undefined) throw new Error(`the archive has no ${kind}`)
  return key
}

/** An index only says where not to look: without it everything is looked through. */
function isDerived(key: string): boolean {
  return key.startsWith('index/')
}

interface Asked {
  readonly hits: readonly Hit[]
  readonly damage: readonly Damage[]
}

type Ask = (reader: Reader) => Promise<Asked | 'corrupt'>

/** Each by a reader that has nothing in memory. */
async function askAll(archive: ReadonlyMap<string, Buffer>): Promise<(Asked | 'corrupt')[]> {
  const questions: readonly Ask[] = ['', 'name:b1', '-b3'].map(query => async reader => {
    const answer = reader.search(query ? { query } : {})
    const hits: Hit[] = []
    for await (const hit of answer) hits.push(hit)
    const end: AnswerEnd = answer.end()
    return { hits, damage: end.damage }
  })
  return await Promise.all(
    questions.map(ask =>
      ask(readerOf(archive)).catch(fault => {
        if (fault instanceof ArchiveError && fault.code === 'corrupt') return 'corrupt' as const
        throw fault
      }),
    ),
  )
}

function readerOf(archive: ReadonlyMap<string, Buffer>): Reader {
  const table = new ObjectTable()
  for (const [key, bytes] of archive) table.put(key, bytes, 0)
  const nowMicros = () => 1_798_588_800_000_000
  const objects = { table, pageSize: 1000, nowMicros }
  const store = new SimulatedStore(objects, async (_request, apply) => apply())
  const clock = { nowMicros, sleep: async () => {} }
  return createReader({ ...{ store, clock, random: seededRandom(1) }, settings: settingsWith() })
}

function faultsOf(answer: Asked | 'corrupt', whole: Asked | 'corrupt'): string[] {
  if (answer === 'corrupt' || whole === 'corrupt') return []
  const lines = answer.hits.map(hit => hit.line.toString())
  const expected = whole.hits.map(hit => hit.line.toString())
  const strange = lines.filter(line => !expected.includes(line))
  const lost = whole.hits.filter(hit => !lines.includes(hit.line.toString()))
  const silent = lost.filter(hit => !answer.damage.some(each => covers(each, hit)))
  return [
    ...strange.map(line => `${line} is not what was stored`),
    ...(new Set(lines).size < lines.length ? ['an event twice'] : []),
    ...silent.map(hit => `${hit.line.toString()} is missing without a word`),
  ]
}

function covers({ streams, startMicros, endMicros }: Damage, hit: Hit): boolean {
  const isOfStream = streams.length === 0 || streams.includes(hit.stream)
  return isOfStream && hit.timeMicros >= startMicros && hit.timeMicros < endMicros
}
