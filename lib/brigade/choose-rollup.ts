import type { Catalog, Rollup, Run } from '../catalog/catalog.ts'
import { holds } from '../core/rules.ts'
import type { Settings } from '../core/settings.ts'
import { framesMax } from '../index/term-shape.ts'
import { worthMerging } from './choose-runs.ts'
import { claimedInputs } from './job.ts'
import { hourMicros, type Period, rollupWidths } from './periods.ts'

/** A run, or a roll-up of a narrower period or an earlier one of the same. */
export type RollupPart = Run | Rollup

/** What one job makes a roll-up of. */
export interface RollupChoice {
  readonly policy: string
  readonly period: Period
  /** In order of time. */
  readonly parts: readonly RollupPart[]
}

/** What lies within one period of one policy. */
interface PeriodParts {
  readonly policy: string
  readonly period: Period
  readonly parts: RollupPart[]
}

/**
 * The narrowest period that is over, in which nothing is left to compact and nobody works, and that
 * has enough parts. So an hour is rolled up before its day, and a part once a width; what comes
 * late waits until there is enough of it.
 */
export function chooseRollup(
  catalog: Catalog,
  settings: Settings,
  nowMicros: number,
  damaged: ReadonlySet<string>,
): RollupChoice | undefined {
  const claimed = holds('claims-exclusive') ? claimedInputs(catalog) : new Set()
  const overMicros = nowMicros - settings.rollupWaitMillis * 1000
  for (const periodOf of rollupWidths) {
    for (const { policy, period, parts } of partsByPeriod(catalog, periodOf)) {
      if (period.endMicros > overMicros) continue
      if (parts.some(part => claimed.has(part.id))) continue
      const whole = parts.filter(part => !damaged.has(part.id))
      if (worthMerging(whole.filter(isRun), settings, nowMicros)) continue
      const chosen = withinFrames(enough(whole, period, settings))
      if (chosen.length > 1) return { policy, period, parts: chosen }
    }
  }
  return undefined
}

export function isRun(part: RollupPart): part is Run {
  return 'buckets' in part
}

function partsByPeriod(
  catalog: Catalog,
  periodOf: (hour: number) => Period,
): Iterable<PeriodParts> {
  const groups = new Map<string, PeriodParts>()
  for (const part of [...catalog.runs, ...catalog.rollups]) {
    const period = periodOf(Math.floor(part.startMicros / hourMicros))
    if (part.endMicros > period.endMicros) continue
    const key = `${part.policy} ${period.startMicros}`
    const group = groups.get(key)
    if (group) group.parts.push(part)
    else groups.set(key, { policy: part.policy, period, parts: [part] })
  }
  return groups.values()
}

/**
 * All that is not rolled up this wide yet, if that is enough, and of the roll-ups that are, those
 * at most twice as large as what they are taken in with: so no byte of an index is written again
 * for little.
 */
function enough(parts: readonly RollupPart[], period: Period, settings: Settings): RollupPart[] {
  const isWide = (part: RollupPart) =>
    !isRun(part) && part.startMicros === period.startMicros && part.endMicros === period.endMicros
  const narrow = parts.filter(part => !isWide(part)).sort(byTime)
  if (narrow.length < settings.rollupPartsMin) return []
  const chosen = narrow.slice(0, settings.rollupPartsMax)
  let sumBytes = chosen.reduce((sum, part) => sum + sizeOfPart(part), 0)
  const wide = parts.filter(isWide).sort((a, b) => sizeOfPart(a) - sizeOfPart(b))
  for (const part of wide) {
    if (chosen.length >= settings.rollupPartsMax || sizeOfPart(part) > 2 * sumBytes) break
    chosen.push(part)
    sumBytes += sizeOfPart(part)
  }
  return chosen.sort(byTime)
}

function withinFrames(parts: readonly RollupPart[]): RollupPart[] {
  let frameCount = 0
  const count = parts.findIndex(part => {
    frameCount += framesOfPart(part)
    return frameCount > framesMax
  })
  return parts.slice(0, count < 0 ? parts.length : count)
}

function byTime(a: RollupPart, b: RollupPart): number {
  return a.startMicros - b.startMicros || (a.id < b.id ? -1 : 1)
}

function sizeOfPart(part: RollupPart): number {
  return isRun(part)
    ? part.buckets.reduce((sum, bucket) => sum + bucket.sizeBytes, 0)
    : part.sizeBytes
}

function framesOfPart(part: RollupPart): number {
  const holders = isRun(part) ? part.buckets : part.manifests
  return holders.reduce((sum, each) => sum + each.frameCount, 0)
}
