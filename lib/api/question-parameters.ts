import { ArchiveError } from '../core/errors.ts'
import { parseTimeOrRelative, timeForms } from '../core/relative-time.ts'
import type { Settings } from '../core/settings.ts'
import type { Interval, Order } from '../read/question.ts'
import { type Parameter, parameterFault, type Values } from './parameters.ts'

/** Any text, up to `lengthMax` characters. */
export function textParameter(
  description: string,
  lengthMax: (settings: Settings) => number = () => 1000,
): Parameter<string> {
  return {
    description,
    schema: { type: 'string' },
    read: (text, { settings }) => {
      if (text.length <= lengthMax(settings)) return text
      throw parameterFault(`expected at most ${lengthMax(settings)} characters`)
    },
  }
}

/** One of a few words. */
export function choiceParameter<Word extends string>(
  description: string,
  words: readonly Word[],
): Parameter<Word> {
  return {
    description,
    schema: { type: 'string', enum: words },
    read: text => {
      if (words.includes(text as Word)) return text as Word
      throw parameterFault(`expected one of ${words.join(', ')}`)
    },
  }
}

/** A whole number from 1, or another beginning, to a limit. */
export function countParameter(
  description: string,
  max: (settings: Settings) => number,
  min = 1,
): Parameter<number> {
  return {
    description,
    schema: { type: 'integer', minimum: min },
    read: (text, { settings }) => {
      const count = /^\d{1,15}$/.test(text) ? Number(text) : -1
      if (count >= min && count <= max(settings)) return count
      throw parameterFault(`expected a whole number from ${min} to ${max(settings)}`)
    },
  }
}

function timeParameter(description: string): Parameter<number> {
  return {
    description: `${description}: ${timeForms}`,
    schema: { type: 'string', examples: ['2026-11-20T10:00:00Z', '-15m', 'now-7d/d'] },
    read: (text, { nowMicros }) => {
      const micros = parseTimeOrRelative(text, nowMicros)
      if (micros !== undefined) return micros
      // A plus sign in a query string is a blank: the classic way to lose an offset.
      const hint = /\d \d\d:?\d\d$/.test(text) ? 'write the + of an offset as %2B' : timeForms
      throw parameterFault('expected a time', hint)
    },
  }
}

function zoneParameter(description: string): Parameter<string> {
  return {
    description,
    schema: { type: 'string', examples: ['Europe/Berlin'] },
    read: text => {
      try {
        return new Intl.DateTimeFormat('en-US', { timeZone: text }) && text
      } catch {
        throw parameterFault('expected an IANA name such as UTC or Europe/Berlin')
      }
    },
  }
}

const unitMillis: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3600_000 }

/** In milliseconds. */
function durationParameter(description: string): Parameter<number> {
  return {
    description,
    schema: { type: 'string', examples: ['5s', '500ms', '1m'] },
    read: text => {
      const [, count = '', unit = ''] = /^(\d{1,9})(ms|s|m|h)$/.exec(text) ?? []
      if (unit !== '') return Number(count) * unitMillis[unit]!
      throw parameterFault('expected a number with a unit: 5s, 500ms, 1m, 1h')
    },
  }
}

function dollarsParameter(description: string): Parameter<number> {
  return {
    description,
    schema: { type: 'number', exclusiveMinimum: 0 },
    read: text => {
      const dollars = /^[\d.e-]+$/.test(text) ? Number(text) : 0
      if (dollars > 0) return dollars
      throw parameterFault('expected a number above 0')
    },
  }
}

const most = () => Number.MAX_SAFE_INTEGER

/** What every question about a set of events takes, beside the stream: range and budget. */
export const rangeParameters = {
  from: timeParameter('First time of the range, included; absent: since ever'),
  to: timeParameter('End of the range, excluded; absent: no end'),
  max_requests: countParameter('Most requests to the store; the answer ends before the next', most),
  max_bytes: countParameter('Most bytes read from the store, likewise', most),
  max_dollars: dollarsParameter('Most dollars for requests at list prices, likewise'),
  freshness: durationParameter('How old the answer may be; absent: not at all'),
}

export const pageParameters = {
  order: choiceParameter<Order>('Newest first (desc, the default) or oldest first', [
    'desc',
    'asc',
  ]),
  limit: countParameter(
    'Most events returned; absent: a page of 100',
    settings => settings.answerEventsMax,
  ),
  cursor: textParameter('Where an earlier answer to the same question ended', () => 4096),
}

export const selectionParameters = {
  q: textParameter(
    'Query text (docs/query.md); absent: every event',
    settings => settings.queryLengthMax,
  ),
  ...rangeParameters,
  stream: textParameter('Stream name or glob: web/*, ** crosses slashes; absent: every stream'),
}

const intervals = ['minute', 'hour', 'day', 'week', 'month', 'year'] as const

/** As `histogramParameters`, with hours when nothing else is said. */
export const hoursParameters = {
  ...selectionParameters,
  interval: choiceParameter<Interval>('Width of the intervals; absent: hour', intervals),
  tz: zoneParameter('Time zone by IANA name, in which days begin; absent: UTC'),
}

export const histogramParameters = {
  ...hoursParameters,
  interval: {
    ...choiceParameter<Interval>('Width of the intervals', intervals),
    required: true,
  },
}

interface Selecting {
  readonly query: Values<typeof rangeParameters> & { readonly q?: string; readonly stream?: string }
  readonly request: Request
}

/** What a question is about, resolved. */
export function selectionOf({ query, request }: Selecting) {
  return {
    ...(query.q && { query: query.q }),
    ...(query.stream && { stream: query.stream }),
    ...rangeOf(query),
    signal: request.signal,
  }
}

/**
 * The range a question is about, resolved, and its budget. Throws `invalid` for a range that ends
 * before it begins.
 */
export function rangeOf(values: Values<typeof rangeParameters>) {
  const { from, to, max_requests, max_bytes, max_dollars, freshness } = values
  if (from !== undefined && to !== undefined && from > to) {
    const detail = 'the range ends before it begins: to is earlier than from'
    throw new ArchiveError('invalid', detail, { details: [{ pointer: '/to', detail }] })
  }
  return {
    ...(from !== undefined && { startMicros: from }),
    ...(to !== undefined && { endMicros: to }),
    ...(max_requests !== undefined && { maxRequests: max_requests }),
    ...(max_bytes !== undefined && { maxBytes: max_bytes }),
    ...(max_dollars !== undefined && { maxDollars: max_dollars }),
    ...(freshness !== undefined && { freshnessMillis: freshness }),
  }
}
