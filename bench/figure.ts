/** One measured figure beside its target and what others reach (`TARGETS` of the product). */
export interface Figure {
  readonly id: string
  readonly figure: string
  readonly value: number
  readonly unit: string
  /** Reached when the value is at most this, or at least when `atLeast`. */
  readonly target: number
  readonly atLeast?: boolean
  /** Measured in the same run, or published; by name. */
  readonly peers?: Readonly<Record<string, number | string>>
}

function isMet({ value, target, atLeast }: Figure): boolean {
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
    `${each.atLeast ? '≥' : '≤'} ${each.target}`,
    isMet(each) ? 'met' : 'missed',
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

function rounded(value: number): number {
  return Number(value.toPrecision(3))
}
