import { isUtf8 } from 'node:buffer'
import { skipSpace } from '../bytes/json.ts'
import { formatTime } from '../core/time.ts'
import { EventReader } from '../write/event-reader.ts'
import type { Envelope } from './envelope.ts'

/** More of `@source` becomes an event of its own. */
const contextBytesMax = 64 * 1024
/** Whatever `eventBytesMax` is, pieces get on. */
const pieceBytesMin = 64

/**
 * The lines of one event, ready for an append that cannot refuse them. A JSON object keeps its
 * bytes and what it says of its time, stream and id; other text becomes `message`. What cannot be
 * an event is kept raw. More than one line: the event was too long and came in pieces.
 */
export function eventLines(bytes: Buffer, envelope: Envelope, bytesMax: number): Buffer[] {
  const context = envelope.context && JSON.stringify(envelope.context)
  if (context && Buffer.byteLength(context) > contextBytesMax) {
    const { stream, timeMicros, id } = envelope
    const source = { stream, timeMicros, id: `${id}/source` }
    return [
      ...rawLines(Buffer.from(context), source, 'this @source is too long', bytesMax),
      ...eventLines(bytes, { stream, timeMicros, id }, bytesMax),
    ]
  }
  const isJson = bytes[skipSpace(bytes, 0, bytes.length)] === 0x7b
  const line = isJson ? objectLine(bytes, envelope) : textLine(bytes, envelope)
  if (typeof line === 'string') return rawLines(bytes, envelope, line, bytesMax)
  if (line.length <= bytesMax) return [line]
  const reason = `the event has ${line.length} bytes, at most ${bytesMax} are taken`
  return rawLines(bytes, envelope, reason, bytesMax)
}

/**
 * What cannot be parsed, whole, with the reason in `@error`: the text in `message`, in as many
 * events as it takes. Bytes that are no UTF-8 are Latin-1, as the importers have it.
 */
export function rawLines(
  bytes: Buffer,
  envelope: Envelope,
  reason: string,
  bytesMax: number,
): Buffer[] {
  const encoding = isUtf8(bytes) ? 'utf8' : 'latin1'
  const note = { '@error': reason, ...(encoding === 'latin1' && { '@encoding': 'latin1' }) }
  const headBytes = Buffer.byteLength(JSON.stringify({ ...note, ...envelope }))
  // A byte becomes at most six: \u0000.
  const pieceBytes = Math.max(pieceBytesMin, Math.floor((bytesMax - headBytes - 256) / 6))
  const pieces = cut(bytes, pieceBytes, encoding === 'utf8')
  return pieces.map((piece, n) => {
    const id = pieces.length === 1 ? envelope.id : `${envelope.id}/${n}`
    const event = {
      message: piece.toString(encoding),
      ...note,
      ...(pieces.length > 1 && { '@piece': n, '@pieces': pieces.length }),
    }
    return withMembers(Buffer.from(JSON.stringify(event)), membersOf({ ...envelope, id }))
  })
}

/** The line, or why this is no event. */
function objectLine(bytes: Buffer, envelope: Envelope): Buffer | string {
  if (!isUtf8(bytes)) return 'this is not UTF-8'
  const reader = new EventReader()
  const fault = reader.read(bytes, 0, bytes.length)
  if (fault) return fault.detail
  const flat = Buffer.from(bytes)
  // A valid string holds no control characters: these stand between parts.
  for (let at = 0; at < flat.length; at++) {
    if (flat[at] === 0x0a || flat[at] === 0x0d) flat[at] = 0x20
  }
  return withMembers(flat, membersOf(envelope, reader))
}

function textLine(bytes: Buffer, envelope: Envelope): Buffer | string {
  if (!isUtf8(bytes)) return 'this is not UTF-8'
  const event = JSON.stringify({ message: bytes.toString('utf8') })
  return withMembers(Buffer.from(event), membersOf(envelope))
}

/** Members the event lacks. Of one it has without a value, such as a time of 0, ours counts. */
function membersOf(
  { stream, timeMicros, id, context }: Envelope,
  own: Partial<Pick<EventReader, 'timeMicros' | 'stream' | 'id'>> = {},
): string {
  const needsTime = own.timeMicros === undefined && timeMicros !== undefined
  return JSON.stringify({
    ...(needsTime && { '@time': formatTime(timeMicros) }),
    ...(own.stream === undefined && { '@stream': stream }),
    ...(own.id === undefined && { '@id': id }),
    ...(context && { '@source': context }),
  }).slice(1, -1)
}

/** The object with more members, which go last: of equal names the last counts. */
function withMembers(object: Buffer, members: string): Buffer {
  if (members === '') return object
  const end = object.lastIndexOf('}')
  const isEmpty = object[skipSpace(object, object.indexOf('{') + 1, end)] === 0x7d
  return Buffer.concat([object.subarray(0, end), Buffer.from(`${isEmpty ? '' : ','}${members}}`)])
}

/** Never within a character of UTF-8. */
function cut(bytes: Buffer, pieceBytes: number, isText: boolean): Buffer[] {
  const pieces: Buffer[] = []
  for (let start = 0; start < bytes.length || pieces.length === 0; ) {
    let end = Math.min(bytes.length, start + pieceBytes)
    while (isText && end < bytes.length && (bytes[end]! & 0xc0) === 0x80) end--
    pieces.push(bytes.subarray(start, end))
    start = end
  }
  return pieces
}
