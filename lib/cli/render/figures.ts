import type { AtLeast } from '../../read/question.ts'

const digits = new Intl.NumberFormat('en-US')

/** `38,660` */
export function showCount(count: number): string {
  return digits.format(count)
}

/** `1 event`, `38,660 events`. */
export function showCounted(count: number, word: string, plural = `${word}s`): string {
  return `${showCount(count)} ${count === 1 ? word : plural}`
}

/** `12`, or `≥ 10,001` when there may be more. */
export function showAtLeast({ least, isExact }: AtLeast): string {
  return isExact ? showCount(least) : `≥ ${showCount(least)}`
}

/** Decimal units, as prices and networks have them: `812 B`, `1.2 MB`. */
export function showBytes(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`
  let value = bytes
  for (const unit of ['kB', 'MB', 'GB', 'TB', 'PB']) {
    value /= 1000
    if (value < 999.5 || unit === 'PB') return `${value.toFixed(value < 9.95 ? 1 : 0)} ${unit}`
  }
  throw new Error('unreachable')
}

/** `copied 3 objects, 1.2 MB` */
export function showCopied(done: {
  readonly copiedObjects: number
  readonly copiedBytes: number
}): string {
  return `copied ${showCounted(done.copiedObjects, 'object')}, ${showBytes(done.copiedBytes)}`
}

/** Two significant digits, without an exponent: `$0.0000038`, `$0.12`, `$3.40`. */
export function showDollars(dollars: number): string {
  if (dollars === 0) return '$0'
  if (dollars >= 1) return `$${dollars.toFixed(2)}`
  const decimals = Math.min(12, 1 - Math.floor(Math.log10(dollars)))
  return `$${dollars.toFixed(decimals)}`
}

/** `41 ms`, `3.2 s`, `2 min 5 s`, `3 h 12 min`, `4 d 2 h` */
export function showMillis(millis: number): string {
  if (millis < 1000) return `${Math.round(millis)} ms`
  const seconds = millis / 1000
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  if (whole < 86_400) return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
  return `${Math.floor(whole / 86_400)} d ${Math.floor((whole % 86_400) / 3600)} h`
}
