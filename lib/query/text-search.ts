import { Kernel } from '../bytes/kernel.ts'

/** What one of must lie in a line; see `necessary-text.ts`. */
export interface SearchedTexts {
  /** Folded, each character one byte. */
  readonly texts: readonly string[]
  /** Also a number that is spelled with an exponent. */
  readonly orExponent: boolean
}

/** Most texts of one search, and most bytes of each. */
export const searchTextsMax = 16
export const searchTextBytesMax = 32

/** Bytes in logs, the most frequent first; those that are not here are rarest. */
const frequentBytes = '012e",:tasoirnc3456789d-lm.pu/hfgb{}v_ywk \\x[]'

const blockStart = Kernel.memoryStart + (searchTextsMax + 1) * 2 * searchTextBytesMax

interface Needle {
  /** Its bytes, then the bits of each that letter case may change. */
  readonly bytes: Buffer
  readonly length: number
  /** Positions of its two rarest bytes. */
  readonly rare: number
  readonly other: number
  /** Where it lies in the kernel's memory. */
  readonly address: number
}

/** One memory for all searches of the process: each is over before the next begins. */
let shared: Kernel | undefined

/**
 * Finds, in a block of lines, every place where one of some texts lies in either case, or a `\u`
 * that may hide one.
 */
export class TextSearch {
  readonly #kernel: Kernel
  readonly #needles: readonly Needle[]
  /** Of each needle, and of the exponent behind them: its next place in the block. */
  readonly #next: number[]
  #blockBytes = 0

  constructor({ texts, orExponent }: SearchedTexts) {
    shared ??= new Kernel()
    this.#kernel = shared
    this.#needles = ['\\u', ...texts].map(makeNeedle)
    this.#next = new Array(this.#needles.length + (orExponent ? 1 : 0))
  }

  /** Takes a copy of the block. No other search may begin before this one is done with it. */
  load(block: Buffer): void {
    const memory = this.#kernel.reserve(blockStart + block.length)
    for (const { bytes, address } of this.#needles) bytes.copy(memory, address)
    block.copy(memory, blockStart)
    this.#blockBytes = block.length
    this.#next.fill(-1)
  }

  /** The first place at or behind `start`, or the block's length; `start` never goes back. */
  next(start: number): number {
    let first = this.#blockBytes
    for (let i = 0; i < this.#next.length; i++) {
      if (this.#next[i]! < start) this.#next[i] = this.#find(i, start)
      if (this.#next[i]! < first) first = this.#next[i]!
    }
    return first
  }

  #find(i: number, start: number): number {
    const { run } = this.#kernel
    const from = blockStart + start
    const end = blockStart + this.#blockBytes
    const needle = this.#needles[i]
    if (!needle) return run.findExponent(from, end) - blockStart
    const { address, length, rare, other } = needle
    return run.findText(from, end, address, length, rare, other) - blockStart
  }
}

function makeNeedle(text: string, i: number): Needle {
  const letters = Buffer.from(text, 'latin1')
  const cases = letters.map(byte => (byte >= 0x61 && byte <= 0x7a ? 0x20 : 0))
  const byRarity = [...letters.keys()].sort((a, b) => rarity(text, b) - rarity(text, a))
  return {
    bytes: Buffer.concat([letters, cases]),
    length: letters.length,
    rare: byRarity[0]!,
    other: byRarity[1] ?? byRarity[0]!,
    address: Kernel.memoryStart + i * 2 * searchTextBytesMax,
  }
}

function rarity(text: string, position: number): number {
  const frequency = frequentBytes.indexOf(text.charAt(position))
  return frequency < 0 ? frequentBytes.length : frequency
}
