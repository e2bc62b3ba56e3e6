import { ArchiveError } from '../core/errors.ts'
import { formatTime, timeMicrosMax } from '../core/time.ts'
import { fold } from './fold.ts'
import { type Leaf, unescapeString } from './leaf-walk.ts'

/**
 * The text of a leaf, as conditions see it: a string after unescaping, a number or literal as
 * spelled, `@time` in RFC 3339. What costs something is made when first asked for.
 */
export class LeafText {
  leaf: Leaf | undefined
  bytes: Buffer = Buffer.alloc(0)
  start = 0
  end = 0
  #folded: string | undefined
  #foldedBytes: Buffer | undefined
  #text: string | undefined

  /** Moves on to this leaf. */
  read(leaf: Leaf): void {
    this.leaf = leaf
    this.#folded = undefined
    this.#foldedBytes = undefined
    this.#text = undefined
    this.bytes = leaf.bytes
    this.start = leaf.start
    this.end = leaf.end
    if (leaf.isEscaped) this.#useBytes(unescapeString(leaf.bytes, leaf.start, leaf.end))
    else if (leaf.isParameter && leaf.kind === 'number') {
      this.#useBytes(Buffer.from(formatTime(this.timeMicros)))
    }
  }

  /** Of `@time`. Throws `corrupt` for a number that is none. */
  get timeMicros(): number {
    const { bytes, start, end } = this.leaf!
    const spelled = bytes.toString('latin1', start, end)
    const micros = Number(spelled)
    if (micros >= 0 && micros <= timeMicrosMax) return micros
    throw new ArchiveError('corrupt', `a line has the time ${spelled}`)
  }

  get text(): string {
    this.#text ??= this.bytes.toString('utf8', this.start, this.end)
    return this.#text
  }

  get folded(): string {
    this.#folded ??= fold(this.text)
    return this.#folded
  }

  /** UTF-8 of the folded text. */
  get foldedBytes(): Buffer {
    this.#foldedBytes ??= Buffer.from(this.folded)
    return this.#foldedBytes
  }

  #useBytes(bytes: Buffer): void {
    this.bytes = bytes
    this.start = 0
    this.end = bytes.length
  }
}
