import { lowBits } from './term-hash.ts'

const partitionBits = 8
const partitionCount = 1 << partitionBits
/** Words a pair: the term's first bits; its last and events; frame and events; fields. */
const pairWords = 4
/** Events take the bits that the last bits of the term leave, and those that the frame leaves. */
const lowMask = 2 ** lowBits - 1
const countLowBits = 32 - lowBits
const frameBits = 24
export const pairFramesMax = 2 ** frameBits
const pairEventsMax = 2 ** (countLowBits + 32 - frameBits) - 1
const chunkPairsMin = 64
const chunkPairsMax = 8192
/** Up to these, passes over all digits cost more than they save. */
const fewPairs = 64

/**
 * (term, frame) pairs with their events and fields on their way into order, 16 bytes each. They are
 * parted by the first bits of the term as they come, so that sorting needs room for one part more,
 * not for all of them twice.
 */
export class TermPairs {
  readonly #partitions = Array.from({ length: partitionCount }, () => new Partition())
  #size = 0

  get size(): number {
    return this.#size
  }

  /** Frames must come in ascending order. More events than a pair can hold make several. */
  add(high: number, low: number, frame: number, eventCount: number, fieldMask: number): void {
    const partition = this.#partitions[high >>> (32 - partitionBits)]!
    for (let left = eventCount; left > 0; left -= pairEventsMax) {
      const count = Math.min(left, pairEventsMax)
      const lowWord = low | (count << lowBits)
      partition.add(high, lowWord, frame | ((count >>> countLowBits) << frameBits), fieldMask)
      this.#size++
    }
  }

  /** The pairs in order of term, then frame, in parts that end where a term ends. */
  *sorted(): Generator<SortedPairs> {
    for (const partition of this.#partitions) yield new SortedPairs(partition.sort())
  }
}

/** A run of pairs in order. */
export class SortedPairs {
  readonly #words: Uint32Array
  readonly size: number

  constructor(words: Uint32Array) {
    this.#words = words
    this.size = words.length / pairWords
  }

  high(position: number): number {
    return this.#words[position * pairWords]!
  }

  low(position: number): number {
    return this.#words[position * pairWords + 1]! & lowMask
  }

  eventCount(position: number): number {
    const at = position * pairWords
    const high = this.#words[at + 2]! >>> frameBits
    return (high << countLowBits) | (this.#words[at + 1]! >>> lowBits)
  }

  frame(position: number): number {
    return this.#words[position * pairWords + 2]! & (pairFramesMax - 1)
  }

  fieldMask(position: number): number {
    return this.#words[position * pairWords + 3]!
  }

  /** Behind the last pair of the term at this position. */
  endOfTerm(start: number): number {
    const [high, low] = [this.high(start), this.low(start)]
    let at = start + 1
    while (at < this.size && this.low(at) === low && this.high(at) === high) at++
    return at
  }
}

class Partition {
  #chunks: Uint32Array[] = []
  #last = new Uint32Array(0)
  #used = 0
  #fullWords = 0
  #isSorted = false

  add(high: number, low: number, frame: number, fieldMask: number): void {
    if (this.#used === this.#last.length) this.#startChunk()
    const at = this.#used
    this.#last[at] = high
    this.#last[at + 1] = low
    this.#last[at + 2] = frame
    this.#last[at + 3] = fieldMask
    this.#used = at + pairWords
    this.#isSorted = false
  }

  #startChunk(): void {
    const pairs = this.#last.length / pairWords
    this.#fullWords += this.#last.length
    this.#last = new Uint32Array(
      pairWords * Math.min(chunkPairsMax, Math.max(chunkPairsMin, 2 * pairs)),
    )
    this.#chunks.push(this.#last)
    this.#used = 0
  }

  /** All pairs in one piece, in order; they stay so. */
  sort(): Uint32Array {
    if (this.#isSorted) return this.#last
    let from: Uint32Array<ArrayBuffer> = new Uint32Array(this.#fullWords + this.#used)
    let at = 0
    for (const chunk of this.#chunks) {
      const words = chunk === this.#last ? chunk.subarray(0, this.#used) : chunk
      from.set(words, at)
      at += words.length
    }
    from = from.length <= pairWords * fewPairs ? insertionSort(from) : radixSort(from)
    this.#chunks = [from]
    this.#last = from
    this.#used = from.length
    this.#fullWords = 0
    this.#isSorted = true
    return from
  }
}

/** Both sorts keep the order of the frames of a term. */
function insertionSort(words: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const isBehind = (at: number, high: number, low: number) =>
    words[at]! > high || (words[at]! === high && (words[at + 1]! & lowMask) > low)
  for (let start = pairWords; start < words.length; start += pairWords) {
    const pair = words.slice(start, start + pairWords)
    let at = start - pairWords
    while (at >= 0 && isBehind(at, pair[0]!, pair[1]! & lowMask)) {
      words.copyWithin(at + pairWords, at, at + pairWords)
      at -= pairWords
    }
    words.set(pair, at + pairWords)
  }
  return words
}

/** From the last digit to the first: each pass keeps the order of the one before. */
const digits = [
  { word: 1, shift: 0, bits: lowBits / 2 },
  { word: 1, shift: lowBits / 2, bits: lowBits / 2 },
  { word: 0, shift: 0, bits: 12 },
  { word: 0, shift: 12, bits: 12 },
] as const

function radixSort(words: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  let [from, to] = [words, new Uint32Array(words.length)]
  for (const { word, shift, bits } of digits) {
    scatter(from, to, word, shift, bits)
    ;[from, to] = [to, from]
  }
  return from
}

/** One pass of a radix sort: moves the pairs in order of these bits of this word. */
function scatter(
  from: Uint32Array,
  to: Uint32Array,
  word: number,
  shift: number,
  bits: number,
): void {
  const mask = (1 << bits) - 1
  const places = new Uint32Array(mask + 2)
  for (let at = word; at < from.length; at += pairWords)
    places[((from[at]! >>> shift) & mask) + 1]!++
  for (let i = 1; i < places.length; i++) places[i]! += places[i - 1]!
  for (let at = 0; at < from.length; at += pairWords) {
    const digit = (from[at + word]! >>> shift) & mask
    const place = pairWords * places[digit]!++
    to[place] = from[at]!
    to[place + 1] = from[at + 1]!
    to[place + 2] = from[at + 2]!
    to[place + 3] = from[at + 3]!
  }
}
