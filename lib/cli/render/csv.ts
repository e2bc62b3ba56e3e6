import { defaultSettings } from '../../core/settings.ts'
import { FieldWalk } from '../../query/field-walk.ts'
import type { Leaf } from '../../query/leaf-walk.ts'
import type { Hit } from '../../read/question.ts'

/** A line of CSV (RFC 4180, with line feeds). */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(cell => (/[",\r\n]/.test(cell) ? quoted(cell) : cell)).join(',')}\n`
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}

/**
 * Writes events as lines of CSV, a column a field: strings as they are, numbers as they are
 * spelled, nothing for null, and a JSON array where an event has several values.
 */
export function csvLines(fields: readonly string[]): (hit: Hit) => string {
  const walk = new FieldWalk(defaultSettings.fieldBytesMax)
  const columns = new Map(fields.map((field, column) => [field, column]))
  return hit => {
    const values: string[][] = fields.map(() => [])
    walk.walk(hit.line, 0, (field, leaf) => {
      const column = columns.get(walk.paths[field]!)
      if (column !== undefined && leaf.kind !== 'null') values[column]!.push(jsonOf(leaf))
    })
    return csvLine(values.map(cellOf))
  }
}

function jsonOf({ kind, bytes, start, end }: Leaf): string {
  const margin = kind === 'string' ? 1 : 0
  return bytes.toString('utf8', start - margin, end + margin)
}

function cellOf(values: readonly string[]): string {
  const [only = ''] = values
  if (values.length > 1) return `[${values.join(',')}]`
  return only.startsWith('"') ? (JSON.parse(only) as string) : only
}
