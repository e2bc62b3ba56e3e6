import { parseTime } from '../../core/time.ts'
import { lineFormat } from '../line-format.ts'
import { numberOrText, type ParsedText } from '../text-event.ts'

/** `key=value key="quoted value" flag`: every pair becomes a field, a bare key is true. */
export const logfmt = lineFormat({
  name: 'logfmt',
  summary: 'key=value pairs, values quoted where they hold spaces',
  lineName: 'logfmt line',
  parser: () => parseLogfmt,
  fits: text => /^\s*[^\s="]{1,200}=/.test(text) && (pairsOf(text)?.count ?? 0) >= 2,
  scoreMax: 0.95,
})

const timeKeys = ['@time', '@timestamp', 'timestamp', 'time', 'ts', 't'] as const
// A key alone, or with a value. It is matched at one position only, so that parsing stays linear.
const item = /\s*([^\s="]+)(?:=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*)))?(?=\s|$)/y

function parseLogfmt(text: string): ParsedText | undefined {
  const pairs = pairsOf(text)
  if (!pairs || pairs.count === 0) return undefined
  const { fields } = pairs
  const timeMicros = timeOf(fields)
  delete fields['@time']
  return { timeMicros, fields }
}

/** The fields of a line and how many have a value; `undefined` when anything else stands in it. */
function pairsOf(text: string): { fields: Record<string, unknown>; count: number } | undefined {
  const fields: Record<string, unknown> = Object.create(null)
  let count = 0
  let at = 0
  const end = text.trimEnd().length
  while (at < end) {
    item.lastIndex = at
    const parts = item.exec(text)
    if (!parts) return undefined
    const [whole, key = '', quoted, bare] = parts
    if (quoted !== undefined) fields[key] = withoutEscapes(quoted)
    else fields[key] = bare === undefined ? true : numberOrText(bare)
    if (quoted !== undefined || bare !== undefined) count++
    at += whole.length
  }
  return { fields, count }
}

function timeOf(fields: Record<string, unknown>): number | undefined {
  for (const key of timeKeys) {
    const micros = key in fields ? parseTime(String(fields[key])) : undefined
    if (micros !== undefined) return micros
  }
  return undefined
}

/** The escapes Go's `%q` and most writers use; any other stays as it is. */
function withoutEscapes(text: string): string {
  return text.replace(/\\(["\\ntr])/g, (_, letter: string) => escapes[letter] ?? letter)
}
const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r' }
