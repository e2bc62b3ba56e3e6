import { logPolicy, type Policy } from '../../lib/core/policy.ts'
import { defaultSettings, type Settings } from '../../lib/core/settings.ts'
import { Dice } from './dice.ts'
import { type FaultRates, faultKinds } from './faults.ts'

/** What befalls a process rather than one of its requests. */
export const processFaultKinds = [
  /** It ends anywhere, whatever it waits for. */
  'crash-between',
  /** Its clock is wrong, by seconds or by weeks. */
  'clock-skewed',
  /** Its clock is set, forward or back, while it works. */
  'clock-jumps',
  'events-duplicated',
  'events-late',
  'events-reordered',
  /** Two calls of a brigade function for one thing. */
  'triggers-duplicated',
  /** A member's work in an order that no member would choose. */
  'triggers-reordered',
  /** Processes that compress, cut and page in another way. */
  'two-versions',
  /** So little memory that everything is done in several passes. */
  'memory-limited',
] as const

export type ProcessFault = (typeof processFaultKinds)[number]

/** What one seed's history is made of: some of everything, rarely all of it. */
export interface Swarm {
  readonly seed: number
  readonly pageSize: number
  readonly faults: FaultRates
  /** How often each befalls an operation, 0 to 1. */
  readonly processFaults: Readonly<Record<ProcessFault, number>>
  readonly settings: Partial<Settings>
  readonly policies: readonly Policy[]
  /** Of processes of the other version, on top. */
  readonly otherSettings: Partial<Settings>
  /** Longest pause between two operations of one process. */
  readonly pauseMillisMax: number
  readonly actors: Readonly<Record<Role, number>>
}

export type Role = 'writer' | 'member' | 'reader' | 'eraser' | 'backup' | 'pruner'

const hour = 3_600_000

/** Each seed has some of the faults, some rarely, some often; and its own limits and pace. */
export function swarmOf(seed: number): Swarm {
  const dice = new Dice(seed)
  const rate = (most: number) => (dice.chance(0.35) ? dice.below(1000) * (most / 1000) : 0)
  const faults = Object.fromEntries(faultKinds.map(kind => [kind, rate(0.04)]))
  const processFaults = Object.fromEntries(
    processFaultKinds.map(kind => [kind, rate(kind === 'crash-between' ? 0.2 : 0.6)]),
  ) as Swarm['processFaults']
  const pauseMillisMax = dice.of([0, 100, hour, 8 * hour])
  const swarm: Swarm = {
    seed,
    pageSize: 2 + dice.below(6),
    faults,
    processFaults,
    pauseMillisMax,
    settings: settingsOf(dice, processFaults),
    policies: policiesOf(dice),
    otherSettings: { tailCompressionLevel: 3, sealedCompressionLevel: 2, manifestBucketsMax: 7 },
    actors: {
      writer: 1 + dice.below(4),
      member: 1 + dice.below(3),
      reader: 1 + dice.below(3),
      eraser: dice.chance(0.3) ? 1 : 0,
      backup: dice.chance(0.2) ? 1 : 0,
      pruner: dice.chance(0.3) ? 1 : 0,
    },
  }
  if (swarm.actors.pruner === 0) return swarm
  // Only late events can be pruned.
  return { ...swarm, processFaults: { ...processFaults, 'events-late': 0.3 } }
}

/** So small that hours are periods of their own and buckets are many, or as they are. */
function policiesOf(dice: Dice): Policy[] {
  const bucketSizeBytes = dice.of([1, 500, 2000, logPolicy.bucketSizeBytes])
  const frameSizeBytes = dice.of([100, 500, logPolicy.frameSizeBytes])
  const parity = dice.chance(0.3)
  return [{ ...logPolicy, bucketSizeBytes, frameSizeBytes, ...(parity && { parity }) }]
}

function settingsOf(dice: Dice, processFaults: Swarm['processFaults']): Partial<Settings> {
  const little = {
    readMemoryBytes: 2000,
    foldBytesMax: 5000,
    compactAheadBytes: 1,
    mergeAheadBytes: 1,
    cacheBytes: dice.of([0, 2000]),
    indexPairsMax: 50,
  }
  return {
    recentMax: dice.below(20),
    segmentIdsMax: dice.of([3, 100_000]),
    claimStaleMillis: dice.of([50, 60_000, defaultSettings.claimStaleMillis]),
    compactRunsMin: 2,
    // Without compaction the runs of an hour are rolled up as they are.
    compactRunsMax: dice.of([1, 2, 64]),
    rollupPartsMin: 2,
    manifestBucketsMax: 1 + dice.below(3),
    rewriteBytesMax: dice.of([1, defaultSettings.rewriteBytesMax]),
    mergeGapBytes: dice.of([0, defaultSettings.mergeGapBytes]),
    readConcurrency: 1 + dice.below(4),
    sealedCompressionLevel: 1,
    ...(processFaults['memory-limited'] > 0 && little),
  }
}
