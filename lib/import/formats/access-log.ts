import { parseAccessTime } from '../../core/log-time.ts'
import { lineFormat } from '../line-format.ts'
import { type Fields, numberOrText, type ParsedText } from '../text-event.ts'

/** Apache's and nginx's access logs. Quoted parts keep the server's own escapes (`\"`, `\x16`). */

// A quoted part may lack its closing quote: real logs hold lines that were cut.
const quoted = String.raw`"((?:[^"\\]|\\.)*)(?:"|$)`
const commonLine = new RegExp(
  String.raw`^(\S+) (\S+) ([^[\]]{1,256}) \[([^\]]{20,26})\] ${quoted} (\d{3}|-) (\d+|-)`,
)
const combinedRest = new RegExp(`^ ${quoted} ${quoted}`)

/** `client ident user [time] "request" status bytes` */
export const common = lineFormat({
  name: 'common',
  summary: 'Apache common log (%h %l %u %t "%r" %>s %b)',
  lineName: 'common log line',
  parser: () => parseAccessLine,
  fits: text => commonLine.exec(text)?.[0].length === text.length,
})

/** The common log with `"referrer" "agent"`; what follows them stays in the message. */
export const combined = lineFormat({
  name: 'combined',
  summary: 'Apache or nginx combined log (common, then "%{Referer}i" "%{User-agent}i")',
  lineName: 'combined log line',
  parser: () => parseAccessLine,
  fits: text => combinedRest.test(text.slice(commonLine.exec(text)?.[0].length)),
})

function parseAccessLine(text: string): ParsedText | undefined {
  const parts = commonLine.exec(text)
  if (!parts) return undefined
  const timeMicros = parseAccessTime(parts[4]!)
  if (timeMicros === undefined) return undefined
  const [, referrer, agent] = combinedRest.exec(text.slice(parts[0].length)) ?? []
  return {
    timeMicros,
    fields: {
      client: filled(parts[1]),
      ident: filled(parts[2]),
      user: filled(parts[3]),
      ...requestFields(filled(parts[5])),
      status: number(parts[6]),
      bytes: number(parts[7]),
      referrer: filled(referrer),
      agent: filled(agent),
    },
  }
}

/** `GET /path HTTP/1.1`; anything else (a TLS hello, nothing) stays whole as `request`. */
function requestFields(request: string | undefined): Fields {
  if (!request) return {}
  const parts = /^([A-Z_-]+) (.+) (\S+\/[\d.]+)$/.exec(request)
  if (!parts) return { request }
  return { method: parts[1], path: parts[2], protocol: parts[3] }
}

function filled(text: string | undefined): string | undefined {
  return text === '-' || text === '' ? undefined : text
}

function number(text: string | undefined): number | string | undefined {
  return text === '-' || text === undefined ? undefined : numberOrText(text)
}
