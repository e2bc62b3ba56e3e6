import { parseRfc3339 } from '../../core/time.ts'
import { numberOrText, type ParsedText } from '../text-event.ts'
import { priorityFields } from './syslog-priority.ts'

/**
 * RFC 5424: `<PRI>1 time host app pid msgid [id name="value" …] message`; `-` stands for nothing.
 */
const head = /^<(\d{1,3})>1 (\S+) (\S+) (\S+) (\S+) (\S+) (?=[-[])/
const element = /^\[([^\s=\]"]{1,200})((?: [^\s=\]"]{1,200}="(?:[^"\\\]]|\\.)*")*)\]/
const parameter = / ([^\s=\]"]+)="((?:[^"\\\]]|\\.)*)"/g

export function looksLikeRfc5424(text: string): boolean {
  return head.test(text)
}

/** `structured` holds the structured data: element id, then parameter name. */
export function parseRfc5424(text: string): ParsedText | undefined {
  const parts = head.exec(text)
  if (!parts) return undefined
  const [whole, priority = '', time = '', host, app, pid, msgid] = parts
  const timeMicros = time === '-' ? undefined : parseRfc3339(time)
  if (time !== '-' && timeMicros === undefined) return undefined
  return {
    timeMicros,
    fields: {
      ...priorityFields(priority),
      host: filled(host),
      app: filled(app),
      pid: pid === '-' ? undefined : numberOrText(pid!),
      msgid: filled(msgid),
      structured: structuredData(text.slice(whole.length)),
    },
  }
}

type Parameters = Record<string, string | string[]>

function structuredData(text: string): Record<string, Parameters> | undefined {
  const elements: Record<string, Parameters> = Object.create(null)
  let rest = text
  for (let parts = element.exec(rest); parts; parts = element.exec(rest)) {
    elements[parts[1]!] = parametersOf(parts[2]!)
    rest = rest.slice(parts[0].length)
  }
  return rest === text ? undefined : elements
}

/** A name may come several times in one element (RFC 5424, 6.3.3): then its values are a list. */
function parametersOf(text: string): Parameters {
  const found: Parameters = Object.create(null)
  for (const [, name = '', escaped = ''] of text.matchAll(parameter)) {
    const value = escaped.replace(/\\(["\\\]])/g, '$1')
    const earlier = found[name]
    found[name] = earlier === undefined ? value : [earlier, value].flat()
  }
  return found
}

function filled(text: string | undefined): string | undefined {
  return text === '-' ? undefined : text
}
