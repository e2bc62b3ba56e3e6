import { ArchiveError } from '../core/errors.ts'
import type { Position } from './position.ts'

/** A position as text that fits a URL; opaque to callers. */
export function encodeCursor(position: Position, fingerprint: string): string {
  const { timeMicros, stream, hash, ordinal } = position
  const content = { v: 1, time: timeMicros, stream, hash, ordinal, question: fingerprint }
  return Buffer.from(JSON.stringify(content)).toString('base64url')
}

/** Throws `invalid` for what is no cursor, or one of another question. */
export function decodeCursor(cursor: string, fingerprint: string): Position {
  const content = parse(cursor)
  const { v, time, stream, hash, ordinal, question } = content
  if (
    v !== 1 ||
    !Number.isSafeInteger(time) ||
    typeof stream !== 'string' ||
    typeof hash !== 'string' ||
    !Number.isSafeInteger(ordinal)
  ) {
    throw invalid('this is no cursor')
  }
  if (question !== fingerprint) throw invalid('this cursor belongs to another question')
  return { timeMicros: time as number, stream, hash, ordinal: ordinal as number }
}

function parse(cursor: string): Record<string, unknown> {
  try {
    const content: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (content && typeof content === 'object') return content as Record<string, unknown>
  } catch {
    // Not JSON: as wrong as JSON of another shape.
  }
  throw invalid('this is no cursor')
}

function invalid(detail: string): ArchiveError {
  return new ArchiveError('invalid', detail, { details: [{ pointer: '/cursor', detail }] })
}
