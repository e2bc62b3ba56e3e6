/** Some of a run's frames, one bit each. Not changed once made. */
export class FrameSet {
  readonly frameCount: number
  readonly #words: Uint32Array

  private constructor(frameCount: number, words: Uint32Array) {
    this.frameCount = frameCount
    this.#words = words
  }

  static full(frameCount: number): FrameSet {
    const words = new Uint32Array(Math.ceil(frameCount / 32)).fill(0xffffffff)
    if (frameCount % 32 !== 0) words[words.length - 1] = 2 ** (frameCount % 32) - 1
    return new FrameSet(frameCount, words)
  }

  /** Frames at or beyond the count are left out. */
  static of(frames: Iterable<number>, frameCount: number): FrameSet {
    const words = new Uint32Array(Math.ceil(frameCount / 32))
    for (const frame of frames) {
      if (frame < frameCount) words[frame >>> 5]! |= 1 << (frame & 31)
    }
    return new FrameSet(frameCount, words)
  }

  has(frame: number): boolean {
    return frame < this.frameCount && ((this.#words[frame >>> 5]! >>> (frame & 31)) & 1) === 1
  }

  /** Whether one of the frames [start, end) is in it. */
  hasAny(start: number, end: number): boolean {
    for (let frame = start; frame < Math.min(end, this.frameCount); ) {
      const rest = this.#words[frame >>> 5]! >>> (frame & 31)
      if (rest !== 0) return frame + 31 - Math.clz32(rest & -rest) < end
      frame = 32 * ((frame >>> 5) + 1)
    }
    return false
  }

  intersect(other: FrameSet): FrameSet {
    return new FrameSet(
      this.frameCount,
      this.#words.map((word, i) => word & other.#words[i]!),
    )
  }

  unite(other: FrameSet): FrameSet {
    return new FrameSet(
      this.frameCount,
      this.#words.map((word, i) => word | other.#words[i]!),
    )
  }

  get size(): number {
    return this.sizeIn(0, this.frameCount)
  }

  /** How many of the frames [start, end) are in it. */
  sizeIn(start: number, end: number): number {
    let size = 0
    for (let frame = start; frame < Math.min(end, this.frameCount); ) {
      const wordEnd = 32 * ((frame >>> 5) + 1)
      let rest = this.#words[frame >>> 5]! >>> (frame & 31)
      if (wordEnd > end) rest &= 2 ** (end - frame) - 1
      for (; rest !== 0; rest &= rest - 1) size++
      frame = wordEnd
    }
    return size
  }

  /** Ascending. */
  *[Symbol.iterator](): Generator<number> {
    for (const [i, word] of this.#words.entries()) {
      for (let rest = word; rest !== 0; rest &= rest - 1)
        yield 32 * i + 31 - Math.clz32(rest & -rest)
    }
  }
}
