const number = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/

/** Whether a text spells a number as JSON does; leading zeros are allowed. */
export function isNumber(text: string): boolean {
  return number.test(text)
}

/** Compares two numbers by their exact decimal values. Negative, zero or positive. */
export function compareNumbers(a: string, b: string): number {
  if (isExactAsDouble(a) && isExactAsDouble(b)) return Number(a) - Number(b)
  const left = decimalOf(a)
  const right = decimalOf(b)
  if (left.sign !== right.sign) return left.sign - right.sign
  return left.sign * compareMagnitudes(left, right)
}

/** The same text for two numbers exactly when they are equal but for the sign. */
export function decimalKey(text: string): string {
  const { digits, scale } = decimalOf(text)
  return `${digits}e${scale}`
}

/**
 * The number without sign, exponent and needless zeros, or `undefined` when that takes more
 * characters than `lengthMax`.
 */
export function plainDecimal(text: string, lengthMax: number): string | undefined {
  const { digits, scale } = decimalOf(text)
  const fractionLength = Math.max(0, digits.length - scale)
  const length = Math.max(1, scale) + (fractionLength > 0 ? 1 + fractionLength : 0)
  if (!(length <= lengthMax)) return undefined
  const whole = digits.slice(0, Math.max(0, scale)).padEnd(scale, '0') || '0'
  const fraction = digits.slice(Math.max(0, scale)).padStart(fractionLength, '0')
  return fraction === '' ? whole : `${whole}.${fraction}`
}

/** Fifteen significant digits are told apart by doubles. */
function isExactAsDouble(text: string): boolean {
  return text.length <= 15 && !text.includes('e') && !text.includes('E')
}

/** sign × 0.digits × 10^scale, the digits without zeros at either end. */
interface Decimal {
  readonly sign: -1 | 0 | 1
  readonly digits: string
  readonly scale: number
}

function decimalOf(text: string): Decimal {
  const [, minus, whole = '', fraction = '', exponent = '0'] = number.exec(text) ?? []
  const all = whole + fraction
  let start = 0
  while (start < all.length && all[start] === '0') start++
  let end = all.length
  while (end > start && all[end - 1] === '0') end--
  if (start === end) return { sign: 0, digits: '', scale: 0 }
  const scale = whole.length - start + Number(exponent)
  return { sign: minus ? -1 : 1, digits: all.slice(start, end), scale }
}

function compareMagnitudes(a: Decimal, b: Decimal): number {
  if (a.scale !== b.scale) return a.scale < b.scale ? -1 : 1
  return a.digits === b.digits ? 0 : a.digits < b.digits ? -1 : 1
}
