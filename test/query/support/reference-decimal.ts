const spelling = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i

export function isDecimal(text: string): boolean {
  return spelling.test(text)
}

/** Compares two numbers digit by digit, of any size: negative, zero or positive. */
export function compareDecimals(a: string, b: string): number {
  const [left, right] = [decimalOf(a), decimalOf(b)]
  if (left.sign !== right.sign) return left.sign - right.sign
  if (left.magnitude !== right.magnitude) {
    return left.magnitude < right.magnitude ? -left.sign : left.sign
  }
  return left.digits === right.digits ? 0 : left.digits < right.digits ? -left.sign : left.sign
}

/** 0.digits times ten to the power of the magnitude; zero has no digits. */
function decimalOf(text: string): { sign: number; magnitude: bigint; digits: string } {
  const [, minus, whole = '', fraction = '', exponent = '0'] = spelling.exec(text)!
  const all = whole + fraction
  const significant = all.replace(/^0+/, '')
  if (significant === '') return { sign: 0, magnitude: 0n, digits: '' }
  const leading = all.length - significant.length
  return {
    sign: minus ? -1 : 1,
    magnitude: BigInt(exponent) + BigInt(whole.length - leading),
    digits: significant.replace(/0+$/, ''),
  }
}
