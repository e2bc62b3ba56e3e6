import fc from 'fast-check'
import type { Run } from '../../lib/catalog/catalog.ts'
import { ArchiveMaker, sortedLines, type TestEvent } from './make-archive.ts'

const streams = ['a', 'a/b', 'b', 'c/1', 'c/2']

const event: fc.Arbitrary<TestEvent> = fc.record(
  {
    time: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 3600, max: 3610 })),
    stream: fc.constantFrom(...streams),
    id: fc.constantFrom('1', '2', 'ü', '"'),
    rest: fc.constantFrom('"n":1', '"n":2', '"n":3,"word":"x y"', '"word":"y"'),
  },
  { requiredKeys: ['time', 'stream'] },
)

/** Where a batch stands on its way through the brigade. */
type Stage = 'fresh' | 'recent' | 'swept' | 'absorbed' | 'below-floor'

/** Batches in any mix of stages; those that are folded share runs, some of them rolled up. */
export interface ArchiveShape {
  readonly frameBytes: number
  /** The first of the runs are rolled up, each of these many together. */
  readonly rollups: readonly number[]
  readonly manifestBucketsMax: number
  readonly batches: readonly {
    readonly events: readonly TestEvent[]
    readonly stage: Stage
    readonly run: number
  }[]
}

export const archiveShapes: fc.Arbitrary<ArchiveShape> = fc.record({
  frameBytes: fc.constantFrom(60, 200, 2000),
  rollups: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 }),
  manifestBucketsMax: fc.integer({ min: 1, max: 4 }),
  batches: fc.array(
    fc.record({
      events: fc.array(event, { minLength: 1, maxLength: 12 }),
      stage: fc.constantFrom<Stage>('fresh', 'fresh', 'recent', 'swept', 'absorbed', 'below-floor'),
      run: fc.integer({ min: 0, max: 2 }),
    }),
    { maxLength: 6 },
  ),
})

const floorMillis = 500_000

/** Makes the archive; its events are those of all batches. */
export async function makeArchive(shape: ArchiveShape): Promise<ArchiveMaker> {
  const maker = new ArchiveMaker(undefined, shape.frameBytes)
  const recent: string[] = []
  const absorbed: string[] = []
  const folded = new Map<number, TestEvent[]>()
  for (const [i, { events, stage, run }] of shape.batches.entries()) {
    const idTime = stage === 'below-floor' ? 1000 + i : 1_000_000 + i
    const { identity, key } = await maker.batch(events, idTime)
    if (stage === 'fresh') continue
    folded.set(run, [...(folded.get(run) ?? []), ...uniqueInBatch(events)])
    if (stage === 'recent') recent.push(identity)
    if (stage === 'absorbed' || stage === 'swept') absorbed.push(identity)
    if (stage === 'swept') await maker.store.delete([key])
  }
  const runs: Run[] = []
  for (const events of folded.values()) {
    const sorted = sortedLines(events).map(line => JSON.parse(line.bytes.toString()))
    const middle = Math.ceil(sorted.length / 2)
    const parts = [sorted.slice(0, middle), sorted.slice(middle)].filter(part => part.length > 0)
    runs.push(await maker.run(...parts.map(part => part.map(asEvent))))
  }
  const rollups = []
  for (const count of shape.rollups) {
    const parts = runs.splice(0, count)
    runs.push(...parts.filter(run => !isWhole(run)))
    const whole = parts.filter(isWhole)
    if (whole.length > 0) rollups.push(await maker.rollup(whole, shape.manifestBucketsMax))
  }
  const segments = absorbed.length > 0 ? [await maker.segment(absorbed)] : []
  await maker.commit({ runs, rollups, recent, absorbed: segments, floorMillis })
  return maker
}

function isWhole(run: Run): boolean {
  return run.index.terms.detail === 'whole'
}

function uniqueInBatch(events: readonly TestEvent[]): TestEvent[] {
  return sortedLines(events).map(line => asEvent(JSON.parse(line.bytes.toString())))
}

/** Back from a line; the rests above survive `JSON.parse`. */
function asEvent(line: Record<string, unknown>): TestEvent {
  const { '@time': time, '@stream': stream, '@id': id, ...others } = line
  const rest = JSON.stringify(others).slice(1, -1)
  return {
    time: time as number,
    stream: stream as string,
    ...(id !== undefined && { id: id as string }),
    ...(rest && { rest }),
  }
}
