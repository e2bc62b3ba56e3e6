import { termOf } from '../../lib/index/term-hash.ts'
import { eventsAnHour, fields, framesAnHour } from './geometry.ts'
import { type Needle, needleAt, needlesOver } from './needles.ts'
import { nowMicros, type Period, periods } from './periods.ts'
import { SkeletonPeriod } from './skeleton-period.ts'
import { SkeletonStore } from './skeleton-store.ts'
import type { Planted } from './term-pages.ts'

const weekMicros = 7 * 86400e6
const weeks = Math.floor((nowMicros - periods[0]!.startMicros) / weekMicros)
/** One event of this many has the method that is asked for. */
const eventsADelete = 11

/** The events that are asked for, by who asks. */
export const needles = {
  /** One id of seven years. */
  one: [needleAt(Date.UTC(2022, 6, 14, 5, 20, 11) * 1000, { values: { traceId: 'cafe0815f00d' } })],
  /** One event that three rare words lead to. */
  three: [
    needleAt(Date.UTC(2024, 1, 29, 23, 59, 59) * 1000, {
      values: { traceId: 'beef4711cafe', user: 'zebedee', agent: 'florence' },
    }),
  ],
  hundred: needlesOver(100, 11, { values: { user: 'dougal' } }),
  weekly: Array.from({ length: weeks }, (_, i) =>
    needleAt(nowMicros - (i + 0.6) * weekMicros, {
      stream: 'user/4711',
      values: { user: 'brian' },
    }),
  ).reverse(),
} as const satisfies Record<string, readonly Needle[]>

/** A word of every frame, and how many events of each month have it. */
export const everywhere = { word: 'delete', field: 'method' } as const

export function eventsEverywhere(period: Period): number {
  return Math.round((eventsAnHour * period.hours) / eventsADelete)
}

/** The archive that the questions are put to. */
export function openSkeleton(): { store: SkeletonStore; periods: readonly SkeletonPeriod[] } {
  const all = Object.values(needles).flat()
  const pageBytes = new Map<number, number>()
  const made = periods.map((period, number) => {
    const options = {
      needles: all,
      everywhere: [plantedEverywhere(period)],
      pageBytes: pageBytes.get(period.hours),
    }
    const one = new SkeletonPeriod(period, number, options)
    pageBytes.set(period.hours, one.pages.shape.pageBytes)
    return one
  })
  return { store: new SkeletonStore(made), periods: made }
}

function plantedEverywhere(period: Period): Planted {
  return {
    term: termOf(everywhere.word),
    fieldMask: 1 << fields.indexOf(everywhere.field),
    at: {
      frameCount: framesAnHour * period.hours,
      eventCount: eventsEverywhere(period),
      hasGammaGaps: true,
      hasGammaCounts: false,
    },
  }
}
