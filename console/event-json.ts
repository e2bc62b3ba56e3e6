/** A number as it is spelt in the event: JavaScript's own would lose digits. */
export class Digits {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

export type Json = null | boolean | string | Digits | Json[] | { readonly [name: string]: Json }

export function parseEvent(line: string): { readonly [name: string]: Json } {
  return JSON.parse(line, (_, value, context?: { readonly source?: string }) =>
    typeof value === 'number' ? new Digits(context?.source ?? String(value)) : value,
  )
}

/** A longer text makes no query that anyone could read. */
const valueLengthMax = 1000

/** A condition that the value at this path meets. `undefined`: a query cannot name it. */
export function conditionFor(path: readonly string[], value: Json): string | undefined {
  const field = path.join('.')
  if (field === '' || field === '@time') return undefined
  const name = /^[A-Za-z_@][\w@.-]*$/.test(field) ? field : quote(field)
  if (value === null) return `${name}:null`
  if (typeof value === 'boolean') return `${name}:${value}`
  if (value instanceof Digits) return `${name}:${value.text}`
  if (typeof value !== 'string' || value.length > valueLengthMax) return undefined
  const plain = /^[A-Za-z0-9_][\w/.@%+=-]*$/.test(value) && !/^(and|or|not|null)$/i.test(value)
  return `${name}:${plain && !value.includes('..') ? value : quote(value)}`
}

function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}

/** The query with one more condition, unless it has it. */
export function withCondition(query: string, condition: string): string {
  const trimmed = query.trim()
  if (trimmed === '' || trimmed === '*') return condition
  if (` ${trimmed} `.includes(` ${condition} `)) return trimmed
  return /(^|\s)(OR|\|\|)(\s|$)/i.test(trimmed)
    ? `(${trimmed}) ${condition}`
    : `${trimmed} ${condition}`
}

/** An event in one line: its message, or its fields. */
export function summaryOf(event: { readonly [name: string]: Json }): string {
  for (const name of ['message', 'msg', 'log', 'body']) {
    const value = event[name]
    if (typeof value === 'string') return value
  }
  return Object.entries(event)
    .filter(([name]) => !name.startsWith('@'))
    .map(([name, value]) => `${name}=${short(value)}`)
    .join('  ')
}

function short(value: Json): string {
  if (value instanceof Digits) return value.text
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return `[${value.map(short).join(', ')}]`
  if (typeof value !== 'object' || value === null) return String(value)
  const members = Object.entries(value).map(([name, member]) => `${name}=${short(member)}`)
  return `{${members.join(' ')}}`
}
