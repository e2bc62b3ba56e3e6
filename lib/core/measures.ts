/** Sizes and spans of time as people write them. The largest unit that fits is the way back. */

const byteUnits = {
  GiB: 2 ** 30,
  GB: 1e9,
  MiB: 2 ** 20,
  MB: 1e6,
  KiB: 2 ** 10,
  kB: 1e3,
  B: 1,
} as const

/** A year has 366 days: nothing is taken for older than the calendar says. */
const spanUnits = {
  y: 366 * 86_400e6,
  w: 7 * 86_400e6,
  d: 86_400e6,
  h: 3600e6,
  m: 60e6,
  s: 1e6,
} as const

export const sizeForm = 'a size such as 64MiB or 500kB'
export const spanForm = 'a span of time such as 7y, 90d, 12h or 1h (units s m h d w y)'

/** Bytes; `undefined`: no size. */
export function parseSize(text: string): number | undefined {
  return parse(text, byteUnits)
}

export function spellSize(bytes: number): string {
  return spell(bytes, byteUnits)
}

/** Microseconds; `undefined`: no span. */
export function parseSpan(text: string): number | undefined {
  return parse(text, spanUnits)
}

export function spellSpan(micros: number): string {
  return spell(micros, spanUnits)
}

type Units = Readonly<Record<string, number>>

function parse(text: string, units: Units): number | undefined {
  const [, digits, name = ''] = /^(\d{1,15})([A-Za-z]{1,3})$/.exec(text) ?? []
  const unit = Object.hasOwn(units, name) ? units[name] : undefined
  return unit === undefined ? undefined : Number(digits) * unit
}

function spell(value: number, units: Units): string {
  for (const [name, unit] of Object.entries(units)) {
    if (value >= unit && value % unit === 0) return `${value / unit}${name}`
  }
  return `${value / Object.values(units).at(-1)!}${Object.keys(units).at(-1)}`
}
