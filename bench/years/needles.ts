import { streamText } from '../../lib/index/stream-text.ts'
import { type Term, termOf } from '../../lib/index/term-hash.ts'
import { Chance } from '../corpora/chance.ts'
import { fields, framesAnHour } from './geometry.ts'
import { hourMicros, nowMicros, periods } from './periods.ts'

/** An event that is really there, with the only terms of it that anybody asks for. */
export interface Needle {
  readonly timeMicros: number
  readonly stream: string
  /** As it is stored, without its line feed. */
  readonly line: string
  readonly terms: readonly { readonly term: Term; readonly fieldMask: number }[]
  /** Number of its period, and of its frame there. */
  readonly period: number
  readonly frame: number
}

/** By the field that tells it: text of a value and the event's stream. */
interface Telling {
  readonly stream?: string
  readonly values: Partial<Record<(typeof fields)[number], string>>
}

/** Whose own term nobody asks for. */
const busyStream = 'api/orders'

/** The event at this time, or shortly after. */
export function needleAt(timeMicros: number, { stream = busyStream, values }: Telling): Needle {
  const period = periods.findIndex(({ endMicros }) => timeMicros < endMicros)
  const sincePeriod = timeMicros - periods[period]!.startMicros
  const frame = Math.floor((sincePeriod / hourMicros) * framesAnHour)
  const members = Object.entries(values).map(([name, value]) => `,"${name}":"${value}"`)
  const terms = Object.entries(values).map(([name, value]) => ({
    term: termOf(value),
    fieldMask: 1 << fields.indexOf(name as (typeof fields)[number]),
  }))
  return {
    timeMicros,
    stream,
    line: `{"@time":${timeMicros},"@stream":"${stream}"${members.join('')},"status":200}`,
    terms: stream === busyStream ? terms : [...terms, streamTerm(stream)],
    period,
    frame,
  }
}

function streamTerm(stream: string) {
  return { term: termOf(streamText(stream)), fieldMask: 1 << 31 }
}

/** So many events spread over all years, at random, ascending. */
export function needlesOver(count: number, seed: number, telling: Telling): Needle[] {
  const chance = new Chance(seed)
  const start = periods[0]!.startMicros
  return Array.from({ length: count }, (_, i) => {
    const at = start + ((nowMicros - start) * (i + chance.next())) / count
    return needleAt(Math.floor(at), telling)
  })
}
