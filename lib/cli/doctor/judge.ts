import type { Claim, Quarantined } from '../../catalog/catalog.ts'
import type { TailObject } from '../../catalog/tail.ts'
import type { Settings } from '../../core/settings.ts'
import { requestDollars, standardDollars } from '../../store/prices.ts'
import type { ListedObject } from '../../store/store.ts'
import { showBytes, showCounted, showDollars, showMillis } from '../render/figures.ts'

/** One finding of `varve doctor`. */
export interface Check {
  readonly name: string
  readonly state: 'ok' | 'warn' | 'fail'
  /** What was found. */
  readonly found: string
  /** What to do, where there is something to do. */
  readonly advice?: string
}

const skewMillisWarn = 5000
const tailAgeMillisWarn = 10 * 60_000
const nodeVersionMin = [22, 15] as const

export function judgeNode(version: string, hasZstd: boolean): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const isNew =
    major > nodeVersionMin[0] || (major === nodeVersionMin[0] && minor >= nodeVersionMin[1])
  const found = `${version}, zstd ${hasZstd ? 'built in' : 'missing'}`
  if (isNew && hasZstd) return { name: 'node', state: 'ok', found }
  return { name: 'node', state: 'fail', found, advice: 'run Varve on Node 22.15 or later' }
}

/** The store's clock against this machine's: writers are refused by it, not by their own. */
export function judgeClock(storeMicros: number, hereMicros: number, settings: Settings): Check {
  const skewMillis = (hereMicros - storeMicros) / 1000
  const side = skewMillis > 0 ? 'ahead of' : 'behind'
  const found = `this machine is ${showMillis(Math.abs(skewMillis))} ${side} the store`
  if (Math.abs(skewMillis) < skewMillisWarn) return { name: 'clock', state: 'ok', found }
  const advice = 'set this machine by NTP: the times of its batches are wrong'
  const isRefused = Math.abs(skewMillis) >= settings.futureWindowMillis
  return { name: 'clock', state: isRefused ? 'fail' : 'warn', found, advice }
}

/** Fresh buckets that wait for the brigade: many of them, or old ones, make every read dearer. */
export function judgeTail(
  waiting: readonly Pick<TailObject, 'sizeBytes' | 'idTimeMillis'>[],
  nowMicros: number,
  settings: Settings,
): Check {
  const name = 'tail'
  if (waiting.length === 0) return { name, state: 'ok', found: 'nothing waits for the brigade' }
  const oldestMillis = waiting.reduce((least, each) => Math.min(least, each.idTimeMillis), Infinity)
  const bytes = waiting.reduce((sum, each) => sum + each.sizeBytes, 0)
  const ageMillis = Math.max(0, nowMicros / 1000 - oldestMillis)
  const found =
    `${showCounted(waiting.length, 'object')}, ${showBytes(bytes)}, wait for the brigade, ` +
    `the oldest for ${showMillis(ageMillis)}`
  const advice = 'run `varve brigade`, or `varve serve` without --no-brigade'
  if (waiting.length >= settings.tailObjectsMax) return { name, state: 'fail', found, advice }
  const isLate = ageMillis > tailAgeMillisWarn || waiting.length > settings.tailObjectsMax / 10
  return isLate ? { name, state: 'warn', found, advice } : { name, state: 'ok', found }
}

/** Names under `tail/` that Varve did not give: never read and never deleted. */
export function judgeForeign(foreign: readonly ListedObject[]): Check | undefined {
  const [first] = foreign
  if (!first) return undefined
  const found = `${showCounted(foreign.length, 'object')} with foreign names, such as ${first.key}`
  const advice = 'they are no events of this archive; move them away'
  return { name: 'tail', state: 'warn', found, advice }
}

/** Batches that nobody could read: their events are missing from every answer. */
export function judgeQuarantined(quarantined: readonly Quarantined[]): Check | undefined {
  if (quarantined.length === 0) return undefined
  const events = quarantined.reduce((sum, each) => sum + each.eventCount, 0)
  const found =
    `${showCounted(quarantined.length, 'batch', 'batches')} of ${showCounted(events, 'event')} ` +
    `put aside unreadable, such as ${quarantined[0]!.key}`
  const advice = 'put the objects back from a backup; the next brigade takes them in again'
  return { name: 'tail', state: 'fail', found, advice }
}

/**
 * Claims keep jobs off each other's inputs; an old one belongs to a member that died, but for a
 * roll-up, which the next member goes on with.
 */
export function judgeClaims(
  claims: readonly Claim[],
  nowMicros: number,
  settings: Settings,
): Check {
  const name = 'claims'
  const isOld = (claim: Claim) => nowMicros - claim.claimedMicros > settings.claimStaleMillis * 1000
  const stale = claims.filter(claim => !claim.rollup && isOld(claim))
  const found = `${showCounted(claims.length, 'claim')}, ${stale.length} of them stale`
  if (stale.length === 0) return { name, state: 'ok', found }
  return { name, state: 'warn', found, advice: 'the next `varve brigade --once` cancels them' }
}

/** Outputs that nothing refers to: what jobs leave behind until garbage collection comes by. */
export function judgeOrphans(orphans: readonly ListedObject[]): Check {
  const name = 'orphans'
  const bytes = orphans.reduce((sum, each) => sum + each.sizeBytes, 0)
  const found = `${showCounted(orphans.length, 'object')}, ${showBytes(bytes)}`
  if (orphans.length === 0) return { name, state: 'ok', found }
  return { name, state: 'warn', found, advice: '`varve brigade --once` deletes them' }
}

const monthMicros = (365.25 / 12) * 86_400e6

/**
 * What lies here costs on S3 Standard at list prices, and what it has cost since it was put: kept
 * until now, and a PUT each. What was deleted, and what was asked, left no trace.
 */
export function judgeCost(listed: readonly ListedObject[], nowMicros: number): Check {
  const bytes = listed.reduce((sum, each) => sum + each.sizeBytes, 0)
  const monthDollars = standardDollars(bytes)
  const byteMonths = listed.reduce(
    (sum, each) => sum + each.sizeBytes * Math.max(0, nowMicros - each.modifiedMicros),
    0,
  )
  const keptDollars = bytes === 0 ? 0 : (monthDollars * byteMonths) / monthMicros / bytes
  const putDollars = requestDollars({ get: 0, list: 0, put: listed.length, delete: 0 })
  const found =
    `${showCounted(listed.length, 'object')}, ${showBytes(bytes)}: ` +
    `${showDollars(monthDollars)} a month, ${showDollars(keptDollars + putDollars)} so far`
  return { name: 'cost', state: 'ok', found }
}
