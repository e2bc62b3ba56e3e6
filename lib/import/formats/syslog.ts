import type { FormatContext } from '../format.ts'
import { lineFormat, type ParseLine } from '../line-format.ts'
import { bsdSyslogParser, looksLikeBsdSyslog } from './syslog-bsd.ts'
import { looksLikeRfc5424, parseRfc5424 } from './syslog-rfc5424.ts'

/** Both kinds of syslog; a collector's file may mix them. */
export const syslog = lineFormat({
  name: 'syslog',
  summary: 'syslog as of RFC 3164 (BSD), RFC 5424, or BSD with RFC 3339 times',
  lineName: 'syslog line',
  parser: parser,
  fits: text => looksLikeRfc5424(text) || looksLikeBsdSyslog(text),
})

function parser(context: FormatContext): ParseLine {
  const parseBsd = bsdSyslogParser(context)
  return text => (looksLikeRfc5424(text) ? parseRfc5424(text) : parseBsd(text))
}
