import type { Catalog, Rollup, RollupTarget, Run } from '../catalog/catalog.ts'
import { holds } from '../core/rules.ts'
import type { Settings } from '../core/settings.ts'
import { framesMax } from '../index/term-shape.ts'
import { isCutOtherwise } from './choose-recut.ts'
import { similarOf, sizeOf, worthMerging } from './choose-runs.ts'
import { claimedInputs } from './job.ts'
import { hourMicros, type Period, rollupWidths } from './periods.ts'

/** A run, or a roll-up of a narrower period or an earlier one of the same. */
export type RollupPart = Run | Rollup

/** What one job makes a roll-up of. */
export interface RollupChoice {
  readonly policy: string
  readonly domain: string
  readonly period: Period
  /** In order of time. */
  readonly parts: readonly RollupPart[]
  /** Nothing wider will be made of it. */
  readonly isFinal: boolean
}

/** What lies within one period of one policy. */
interface PeriodParts {
  readonly policy: string
  readonly domain: string
  readonly period: Period
  readonly parts: RollupPart[]
}

/**
 * The narrowest period in which nothing is left to compact and nobody works, and that has enough
 * parts; more must be there while it is not over. So an hour is rolled up before its day, and what
 * comes late waits until there is enough of it.
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
    for (const { parts, ...group } of partsByPeriod(catalog, periodOf)) {
      const { period } = group
      const isOver = period.endMicros <= overMicros
      if (!isOver && periodOf !== rollupWidths[0]) continue
      if (parts.some(part => claimed.has(part.id))) continue
      const whole = parts.filter(
        part => !damaged.has(part.id) && isMergeable(part) && !isOutdated(part, catalog),
      )
      if (isOver && worthMerging(whole.filter(isRun), settings, nowMicros)) continue
      const enough = isOver ? enoughOf(whole, period, settings) : enoughYet(whole, settings)
      const chosen = withinFrames(enough.sort(byTime))
      // What comes late to the widest period can still be merged with what comes later.
      const isFirst = !parts.some(part => isAsWide(part, period))
      const isFinal = isFirst && periodOf === rollupWidths.at(-1)
      if (chosen.length > 1) return { ...group, parts: chosen, isFinal }
    }
  }
  return undefined
}

/** One that runs have left (PROTOCOL E3) and that no job has: to be made of itself alone. */
export function chooseGaps(
  catalog: Catalog,
  wants: (rollup: Rollup) => boolean,
): RollupChoice | undefined {
  const claimed = holds('claims-exclusive') ? claimedInputs(catalog) : new Set()
  const rollup = catalog.rollups.find(each => hasGaps(each) && !claimed.has(each.id) && wants(each))
  if (!rollup) return undefined
  const { policy, domain, startMicros, endMicros, index } = rollup
  const isFinal = index.terms.detail !== 'whole'
  return { policy, domain, period: { startMicros, endMicros }, parts: [rollup], isFinal }
}

/** The same choice once more, for who goes on with it; `undefined`: a part is gone. */
export function chosenAgain(
  catalog: Catalog,
  inputs: readonly string[],
  { isFinal, ...period }: RollupTarget,
): RollupChoice | undefined {
  const byId = new Map([...catalog.runs, ...catalog.rollups].map(part => [part.id, part]))
  const parts = inputs.flatMap(id => byId.get(id) ?? [])
  const [first] = parts
  if (!first || parts.length < inputs.length) return undefined
  return { policy: first.policy, domain: first.domain, period, parts, isFinal }
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
    const { policy, domain } = part
    const key = `${policy} ${domain} ${period.startMicros}`
    const group = groups.get(key)
    if (group) group.parts.push(part)
    else groups.set(key, { policy, domain, period, parts: [part] })
  }
  return groups.values()
}

/** What is cut anew first, or rewritten for an erasure, need not be rolled up as it is. */
function isOutdated(part: RollupPart, catalog: Catalog): boolean {
  return isStale(part, catalog) || (isRun(part) && isCutOtherwise(part, catalog.policies))
}

/** Whether a part may hold something that a mask above its label hides. */
export function isStale(part: RollupPart, { masks }: Catalog): boolean {
  return masks.some(mask => mask.seq > part.maskSeq)
}

/**
 * An index that is final keeps too little of its terms to be merged; one with gaps numbers frames
 * otherwise than its manifests alone would.
 */
function isMergeable(part: RollupPart): boolean {
  return part.index.terms.detail === 'whole' && !hasGaps(part)
}

/** Whether its index tells of runs that have left it (PROTOCOL E3). */
export function hasGaps(part: RollupPart): boolean {
  return framesOfPart(part) < part.index.terms.frameCount
}

/**
 * All parts, unless some were rolled up this wide before: then only those of similar size, so that
 * no byte of an index is written again for little.
 */
function enoughOf(parts: readonly RollupPart[], period: Period, settings: Settings): RollupPart[] {
  const { rollupPartsMin, rollupPartsMax } = settings
  if (parts.some(part => isAsWide(part, period))) {
    return similarOf(parts, sizeOfPart, rollupPartsMin, rollupPartsMax) ?? []
  }
  return parts.length < rollupPartsMin ? [] : [...parts].sort(byTime).slice(0, rollupPartsMax)
}

function isAsWide(part: RollupPart, period: Period): boolean {
  const isSame = part.startMicros === period.startMicros && part.endMicros === period.endMicros
  return isSame && !isRun(part)
}

/** Runs of a period that goes on, when there are so many that asking each costs too much. */
function enoughYet(parts: readonly RollupPart[], settings: Settings): RollupPart[] {
  const runs = parts.filter(isRun)
  const settled = runs.filter(run => run.isFull || sizeOf(run) >= settings.compactHourBytesMax)
  return settled.length < settings.rollupOpenPartsMin ? [] : settled
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
  return isRun(part) ? sizeOf(part) : part.sizeBytes
}

export function framesOfPart(part: RollupPart): number {
  const holders = isRun(part) ? part.buckets : part.manifests
  return holders.reduce((sum, each) => sum + each.frameCount, 0)
}
