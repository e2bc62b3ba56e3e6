import { faultKinds } from './faults.ts'
import type { SeedsReport } from './play-seeds.ts'
import { processFaultKinds } from './swarm.ts'

/** One line of the table of reliability. */
export interface Figure {
  readonly figure: string
  readonly value: number | string
  /** What the value must be at least, or be. */
  readonly target: number | string
  readonly met: boolean
}

const kinds = [...faultKinds, ...processFaultKinds]
const operationsMin = 300
const faultKindsMin = 24

/** A share of cases that must be all of them; none at all is not enough. */
export function share(figure: string, good: number, all: number): Figure {
  const value = `${good} of ${all}`
  return { figure, value, target: '100 %', met: good === all && all > 0 }
}

/** A line that says how much was done. */
export function told(figure: string, value: number): Figure {
  return { figure, value, target: 'told', met: true }
}

export function figuresOf(report: SeedsReport): Figure[] {
  const { histories, operations, faults, broken } = report
  const each = histories > 0 ? Math.floor(operations / histories) : 0
  const struck = kinds.filter(kind => (faults.get(kind) ?? 0) > 0)
  const strikes = [...faults.values()].reduce((sum, times) => sum + times, 0)
  return [
    told('seeded histories', histories),
    {
      figure: 'operations a history',
      value: each,
      target: operationsMin,
      met: each >= operationsMin,
    },
    {
      figure: 'kinds of faults that struck',
      value: `${struck.length} of ${kinds.length}`,
      target: faultKindsMin,
      met: struck.length >= Math.min(faultKindsMin, kinds.length),
    },
    told('faults', strikes),
    told('requests to the store', report.storeCalls),
    told('events acknowledged', report.ackedEvents),
    {
      figure: 'histories that broke a promise',
      value: broken ? 1 : 0,
      target: 0,
      met: broken === undefined,
    },
    share('histories that came to rest', broken ? 0 : histories, histories),
    told('most steps until rest', report.restStepsMax),
    ...(report.replayed > 0
      ? [share('seeds that went the same way twice', report.replayedAlike, report.replayed)]
      : []),
    ...kinds.map(kind => told(`fault ${kind}`, faults.get(kind) ?? 0)),
  ]
}

/** The table, or one object a line. */
export function printFigures(figures: readonly Figure[], isJson: boolean): void {
  if (isJson) {
    for (const figure of figures) console.log(JSON.stringify(figure))
    return
  }
  const width = Math.max(...figures.map(({ figure }) => figure.length))
  for (const { figure, value, target, met } of figures) {
    const text = value.toLocaleString('en-US').padStart(22)
    console.log(
      `${figure.padEnd(width)} ${text}  ${String(target).padEnd(8)} ${met ? '' : 'NOT MET'}`,
    )
  }
}
