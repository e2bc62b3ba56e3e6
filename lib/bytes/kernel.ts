import { kernelText } from './kernel-bytes.ts'

/** What `assembly` exports; every position is one in the kernel's memory. */
interface KernelFunctions {
  findText(
    start: number,
    end: number,
    text: number,
    length: number,
    rare: number,
    other: number,
  ): number
  findExponent(start: number, end: number): number
  readObject(start: number, end: number, lengths: number, notes: number): number
  endOfNotes(): number
}

const pageBytes = 64 * 1024
/** Loads may reach so far behind the bytes they are for. */
const paddingBytes = 64

let compiled: WebAssembly.Module | undefined

/**
 * Loops over bytes in WebAssembly, sixteen at a time, and the memory they work on: callers copy
 * bytes into it, from `memoryStart` on.
 */
export class Kernel {
  static readonly memoryStart = 1024
  readonly run: KernelFunctions
  readonly #memory: WebAssembly.Memory
  #bytes: Buffer
  #words: Int32Array

  constructor() {
    compiled ??= new WebAssembly.Module(Buffer.from(kernelText, 'base64'))
    const { memory, ...functions } = new WebAssembly.Instance(compiled).exports
    this.#memory = memory as WebAssembly.Memory
    this.run = functions as unknown as KernelFunctions
    this.#bytes = Buffer.from(this.#memory.buffer)
    this.#words = new Int32Array(this.#memory.buffer)
  }

  /** The memory as numbers of four bytes; valid until the next `reserve`. */
  get words(): Int32Array {
    return this.#words
  }

  /** The memory, with room up to `end`; valid until the next call. */
  reserve(end: number): Buffer {
    const missing = end + paddingBytes - this.#bytes.length
    if (missing > 0) {
      this.#memory.grow(Math.ceil(missing / pageBytes))
      this.#bytes = Buffer.from(this.#memory.buffer)
      this.#words = new Int32Array(this.#memory.buffer)
    }
    return this.#bytes
  }
}
