import { isUtf8 } from 'node:buffer'
import { byteOrderMarkLength, hasByteOrderMark } from '../bytes/byte-order-mark.ts'
import { skipSpace, skipValue } from '../bytes/json.ts'
import { ArchiveError } from '../core/errors.ts'
import { unsupported } from './unsupported.ts'

/**
 * The events of a body, one a line, as the appender takes them: with their bytes unchanged, except
 * that line breaks between the parts of an event become blanks. Line numbers stay those of the
 * body; in a JSON document a line stands for an event. A byte order mark before it all goes.
 */
export function eventLines(bytes: Buffer, contentType: string | null, bytesMax: number): Buffer {
  const body = hasByteOrderMark(bytes) ? bytes.subarray(byteOrderMarkLength) : bytes
  const mediaType = (contentType ?? '').split(';')[0]!.trim().toLowerCase()
  const form = formOf[mediaType] ?? sniff(body, mediaType)
  if (form === 'lines') return body
  return form === 'text' ? wrapText(body, bytesMax) : splitJson(body)
}

type Form = 'lines' | 'json' | 'text'

const formOf: Readonly<Record<string, Form | undefined>> = {
  __proto__: null as never,
  'application/x-ndjson': 'lines',
  'application/json': 'json',
  'application/stream+json': 'json',
  'text/plain': 'text',
}

/** Curl sends forms unless told otherwise; what begins like JSON is taken as what it is. */
function sniff(body: Buffer, mediaType: string): Form {
  const start = skipSpace(body, 0, body.length)
  if (start === body.length) return 'lines'
  if (body[start] === 0x5b) return 'json'
  if (body[start] === 0x7b) {
    const lineEnd = body.indexOf(lineFeed, start)
    const end = skipValue(body, start, body.length)
    return end > 0 && (lineEnd < 0 || end <= lineEnd) ? 'lines' : 'json'
  }
  throw unsupported(
    mediaType ? `Content-Type ${mediaType} is unknown` : 'the body has no Content-Type',
    'application/x-ndjson, application/json, application/stream+json or text/plain',
  )
}

const lineFeed = 0x0a
const carriageReturn = 0x0d
const comma = 0x2c

/** Values one after another, or arrays of them. */
function splitJson(body: Buffer): Buffer {
  // Values of one byte with nothing between them are the most that line feeds can add.
  const lines = Buffer.allocUnsafe(body.length * 2)
  let size = 0
  const add = (start: number): number => {
    const end = skipValue(body, start, body.length)
    if (end < 0) throw syntaxError(body, ~end)
    for (let at = start; at < end; at++) {
      const byte = body[at]!
      // A valid string holds no control characters: this one stands between parts.
      lines[size++] = byte === lineFeed || byte === carriageReturn ? 0x20 : byte
    }
    lines[size++] = lineFeed
    return skipSpace(body, end, body.length)
  }
  let at = skipSpace(body, 0, body.length)
  while (at < body.length) at = body[at] === 0x5b ? splitArray(body, at, add) : add(at)
  return lines.subarray(0, size)
}

function splitArray(body: Buffer, start: number, add: (start: number) => number): number {
  let at = skipSpace(body, start + 1, body.length)
  if (body[at] === 0x5d) return skipSpace(body, at + 1, body.length)
  for (;;) {
    at = add(at)
    if (body[at] === 0x5d) return skipSpace(body, at + 1, body.length)
    if (body[at] !== comma) throw syntaxError(body, at)
    at = skipSpace(body, at + 1, body.length)
  }
}

function syntaxError(body: Buffer, at: number): ArchiveError {
  let line = 1
  for (let i = 0; i < at; i++) if (body[i] === lineFeed) line++
  const column = at - body.lastIndexOf(lineFeed, at - 1)
  const found = JSON.stringify(body.toString('utf8', at, at + 12))
  const detail =
    at >= body.length
      ? 'the JSON ends too early'
      : `the JSON cannot be parsed at line ${line}, byte ${column}: found ${found}`
  return new ArchiveError('invalid', detail, {
    details: [{ line, detail, hint: 'nothing was stored; NDJSON lines fail one by one instead' }],
  })
}

/** Each line as `{"message":…}`; a blank one stays blank. */
function wrapText(body: Buffer, bytesMax: number): Buffer {
  const lines: Buffer[] = []
  let sizeBytes = 0
  for (let start = 0; start < body.length; ) {
    const stop = body.indexOf(lineFeed, start)
    const end = stop < 0 ? body.length : stop
    const textEnd = end > start && body[end - 1] === carriageReturn ? end - 1 : end
    const line = textEnd === start ? Buffer.from('\n') : wrapLine(body.subarray(start, textEnd))
    lines.push(line)
    sizeBytes += line.length
    if (sizeBytes > bytesMax) {
      throw new ArchiveError('too-large', `the events have more than ${bytesMax} bytes`)
    }
    start = end + 1
  }
  return Buffer.concat(lines)
}

/** Bytes that are no UTF-8 are Latin-1, as the importers have it. */
function wrapLine(text: Buffer): Buffer {
  const isText = isUtf8(text)
  // Byte by byte, which says the same of UTF-8: what has to be escaped is one byte there, too.
  const escaped = text
    .toString('latin1')
    .replace(/["\\\p{Cc}]/gu, character => JSON.stringify(character).slice(1, -1))
  const note = isText ? '' : ',"@encoding":"latin1"'
  return Buffer.from(`{"message":"${escaped}"${note}}\n`, isText ? 'latin1' : 'utf8')
}
