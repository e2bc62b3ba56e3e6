import { Kernel } from '../bytes/kernel.ts'

/** Bytes copied into the kernel's memory at a time: they stay in the processor's cache. */
const blockBytes = 256 * 1024
const noteWords = 6
/** The shortest member, `"":1,`, has five bytes. */
const noteBytesOfByte = 5

/** One memory for all scans of the process, and the number of the scan whose block lies in it. */
let shared: Kernel | undefined
let holder = 0
let scanCount = 0

/**
 * Checks JSON objects that lie in a row in some bytes, and notes their members of interest. The
 * bytes may not change while one scan looks at them.
 */
export class MemberScan {
  readonly #kernel: Kernel
  readonly #lengths: number
  readonly #number = ++scanCount
  #bytes: Buffer | undefined
  #start = 0
  #end = 0
  /** Of the kernel's memory, to be added for a position in the bytes. */
  #offset = 0
  #words: Int32Array = new Int32Array(0)
  #firstNote = 0
  /** Members noted of the object read last, in their order. */
  count = 0

  /** Notes members whose names have one of these lengths in bytes, or a backslash. */
  constructor(nameLengths: Iterable<number>) {
    shared ??= new Kernel()
    this.#kernel = shared
    let lengths = 0
    for (const length of nameLengths) lengths |= 1 << Math.min(length, 31)
    this.#lengths = lengths
  }

  /**
   * Reads the object at [start, end): returns the position behind it, or `~position` of the byte
   * that cannot stand there.
   */
  read(bytes: Buffer, start: number, end: number): number {
    if (
      bytes !== this.#bytes ||
      start < this.#start ||
      end > this.#end ||
      holder !== this.#number
    ) {
      this.#load(bytes, start, Math.max(end, Math.min(bytes.length, start + blockBytes)))
    }
    const notes = (Kernel.memoryStart + this.#end - this.#start + 3) & ~3
    this.#kernel.reserve(notes + noteBytesOfByte * (end - start) + 4 * noteWords)
    const { run, words } = this.#kernel
    const stop = run.readObject(start - this.#offset, end - this.#offset, this.#lengths, notes)
    this.#words = words
    this.#firstNote = notes / 4
    this.count = (run.endOfNotes() - notes) / (4 * noteWords)
    return stop < 0 ? ~(~stop + this.#offset) : stop + this.#offset
  }

  #load(bytes: Buffer, start: number, end: number): void {
    const memory = this.#kernel.reserve(Kernel.memoryStart + end - start)
    bytes.copy(memory, Kernel.memoryStart, start, end)
    this.#bytes = bytes
    this.#start = start
    this.#end = end
    this.#offset = start - Kernel.memoryStart
    holder = this.#number
  }

  nameStart(i: number): number {
    return this.#note(i, 0) + this.#offset
  }

  nameEnd(i: number): number {
    return this.#note(i, 1) + this.#offset
  }

  valueStart(i: number): number {
    return this.#note(i, 2) + this.#offset
  }

  valueEnd(i: number): number {
    return this.#note(i, 3) + this.#offset
  }

  /** Where the next member's name begins; 0 when this is the last. */
  nextName(i: number): number {
    const next = this.#note(i, 4)
    return next === 0 ? 0 : next + this.#offset
  }

  hasEscapedName(i: number): boolean {
    return this.#note(i, 5) !== 0
  }

  #note(i: number, word: number): number {
    return this.#words[this.#firstNote + i * noteWords + word]!
  }
}
