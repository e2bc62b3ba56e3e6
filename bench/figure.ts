/** One measured figure beside its target and what others reach (`TARGETS` of the product). */
export interface Figure {
  readonly id: string
  readonly figure: string
  readonly value: number
  readonly unit: string
  /** Reached when the value is at most this, or at least when `atLeast`. Absent: told only. */
  readonly target?: number
  readonly atLeast?: boolean
  /** Measured in the same run, or published; by name. */
  readonly peers?: Readonly<Record<string, number | string>>
}

function isMet({ value, target, atLeast }: Figure): boolean | undefined {
  if (target === undefined) return undefined
  return atLeast ? value >= target : value <= target
}

/** One line of JSON. */
export function asJson(figure: Figure): string {
  const { atLeast: _, ...rest } = figure
  return JSON.stringify({ ...rest, value: rounded(figure.value), met: isMet(figure) })
}

/** Aligned columns. */
export function asTable(figures: readonly Figure[]): string {
  const rows = figures.map(each => [
    each.id,
    each.figure,
    `${rounded(each.value)} ${each.unit}`,
    each.target === undefined ? '' : `${each.atLeast ? '≥' : '≤'} ${each.target}`,
    verdict(isMet(each)),
    Object.entries(each.peers ?? {})
      .map(([name, value]) => `${name} ${value}`)
      .join(', '),
  ])
  const table = [['id', 'figure', 'value', 'target', '', 'beside'], ...rows]
  const widths = table[0]!.map((_, column) => Math.max(...table.map(row => row[column]!.length)))
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd()
  return table.map(line).join('\n')
}

function verdict(met: boolean | undefined): string {
  if (met === undefined) return ''
  return met ? 'met' : 'missed'
}

/** Three digits that count, large numbers in full. */
function rounded(value: number): number {
  return Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(3))
}
