import type { Dice } from './dice.ts'

const plain = /^(-?)(\d{1,30})(?:\.(\d{1,30}))?$/

/** The same number in another spelling, or one near it; nothing for what is no plain number. */
export function respelledNumber(spelled: string, dice: Dice): string | undefined {
  const [, minus = '', whole = '', fraction = ''] = plain.exec(spelled) ?? []
  if (whole === '') return undefined
  const digits = whole + fraction
  return dice.weighted([
    [4, spelled],
    [1, `${minus}${whole}.${fraction}0`],
    [1, `${minus}${digits}e-${fraction.length}`],
    [1, `${minus}${digits}0E-${fraction.length + 1}`],
    [1, `${minus}${digits[0]}.${digits.slice(1)}0e+${whole.length - 1}`],
    [1, `${minus}0.${digits}e${whole.length}`],
    [1, `${minus}${BigInt(whole) + 1n}`],
    [1, `${minus}${whole}.5`],
    [1, minus ? spelled.slice(1) : `-${spelled}`],
  ])
}
