export interface Column {
  readonly title: string
  /** Numbers stand at the right, so that their digits are in line. */
  readonly align?: 'left' | 'right'
}

type Rows = readonly (readonly string[])[]

/** Aligned columns, two blanks apart, under a line of titles; no blanks at the end of a line. */
export function showTable(
  columns: readonly Column[],
  rows: Rows,
  paintTitle: (text: string) => string = text => text,
): string {
  const titles = columns.map(column => column.title)
  const [first = '', ...rest] = alignRows(columns, [titles, ...rows])
  return `${[paintTitle(first), ...rest].join('\n')}\n`
}

/** Names and what they stand for, a pair a line. */
export function showPairs(pairs: Rows): string {
  return `${alignRows([{ title: '' }, { title: '' }], pairs).join('\n')}\n`
}

function alignRows(columns: readonly Column[], rows: Rows): string[] {
  const widths = columns.map((_, at) =>
    rows.reduce((width, row) => Math.max(width, row[at]?.length ?? 0), 0),
  )
  return rows.map(row =>
    columns
      .map(({ align }, at) => {
        const [cell, width] = [row[at] ?? '', widths[at] ?? 0]
        return align === 'right' ? cell.padStart(width) : cell.padEnd(width)
      })
      .join('  ')
      .trimEnd(),
  )
}
