import { isUtf8 } from 'node:buffer'
import type { FoundEvent } from './format.ts'

/** What a line told: text and numbers by field name. */
export type Fields = Readonly<Record<string, unknown>>

/** A parsed line; `undefined` as a field's value leaves the field out. */
export interface ParsedText {
  readonly timeMicros: number | undefined
  readonly fields: Fields
}

/** Text of a line, and whether its bytes were UTF-8. */
export interface DecodedText {
  readonly text: string
  readonly latin1: boolean
}

/**
 * Bytes as text. Bytes that are not UTF-8 are taken as Latin-1, each one character, so that
 * encoding the text as Latin-1 gives them back; the event then says `"@encoding":"latin1"`.
 */
export function decodeText(bytes: Buffer): DecodedText {
  return isUtf8(bytes)
    ? { text: bytes.toString('utf8'), latin1: false }
    : { text: bytes.toString('latin1'), latin1: true }
}

/**
 * The event of a piece of text: `message` is the text as it was, then what was parsed from it. A
 * field that is called `message` itself becomes `_message`.
 */
export function textEvent(decoded: DecodedText, line: number, parsed: ParsedText): FoundEvent {
  const { fields } = parsed
  const named = 'message' in fields ? withoutMessage(fields) : fields
  const encoding = decoded.latin1 ? { '@encoding': 'latin1' } : undefined
  const json = JSON.stringify({ message: decoded.text, ...named, ...encoding })
  return { json, line, timeMicros: parsed.timeMicros, dated: false }
}

function withoutMessage(fields: Fields): Fields {
  const names = Object.entries(fields)
  return Object.fromEntries(
    names.map(([name, value]) => [name === 'message' ? '_message' : name, value]),
  )
}

/** The event of a piece of text that could not be parsed: kept whole, with the reason. */
export function rawEvent(bytes: Buffer, line: number, error: string): FoundEvent {
  const decoded = decodeText(bytes)
  const fields = { '@error': error }
  return { ...textEvent(decoded, line, { timeMicros: undefined, fields }), error }
}

/** The number this text spells if writing the number gives the same text again, else the text. */
export function numberOrText(text: string): number | string {
  const value = Number(text)
  return Number.isFinite(value) && String(value) === text ? value : text
}
