import { createHash } from 'node:crypto'
import { streamNameLengthMax } from '../core/stream-name.ts'

/** What a source says of a record, for the events that do not say it themselves. */
export interface Envelope {
  readonly stream: string
  /** Undefined only where a source leaves out what it documents. */
  readonly timeMicros: number | undefined
  /** The source's own id: the same whenever and however the record is delivered. */
  readonly id: string
  /** Kept in `@source`. */
  readonly context?: Readonly<Record<string, unknown>>
}

export type JsonObject = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

const idLengthMax = 300

/** An id as it is; of one that is no text, or too long for an `@id`, a hash of what it names. */
export function idOf(id: unknown, named: unknown): string {
  const text = textOf(id)
  if (text !== undefined && text.length <= idLengthMax && /^[!-~]+$/.test(text)) return text
  return createHash('sha256')
    .update(JSON.stringify([id, named]))
    .digest('hex')
}

/**
 * A stream name of what a source calls its stream: every run of other characters becomes one `-`,
 * parts that are then empty or only dots go.
 */
export function streamOf(name: unknown, otherwise: string): string {
  const parts = (textOf(name) ?? '')
    .split('/')
    .map(part => part.replace(/[^A-Za-z0-9_@:.+=~-]+/g, '-').replace(/^-+|-+$/g, ''))
    .filter(part => !/^\.*$/.test(part))
  return parts.join('/').slice(0, streamNameLengthMax).replace(/\/+$/, '') || otherwise
}

/** The last part of an ARN: the name of a queue, a topic, a Kinesis stream. */
export function nameOfArn(arn: unknown): string | undefined {
  return textOf(arn)?.split(/[:/]/).at(-1)
}

/** Only the members that are there, and `undefined` when none is. */
export function contextOf(members: JsonObject): JsonObject | undefined {
  const there = Object.entries(members).filter(([, value]) => value !== undefined && value !== null)
  return there.length > 0 ? Object.fromEntries(there) : undefined
}
