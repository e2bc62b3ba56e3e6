import type { IndexRef } from '../catalog/catalog.ts'
import { ArchiveError } from '../core/errors.ts'
import type { FrameSet } from '../index/frame-set.ts'
import { candidateFrames, type TermCondition, termsOf } from '../index/term-condition.ts'
import type { Term } from '../index/term-hash.ts'
import {
  framesOf,
  openIndex,
  openPage,
  type PageRange,
  pageOf,
  type TermIndex,
} from '../index/term-index.ts'
import { ownerOfIndex } from '../store/keys.ts'
import type { GetOptions, StoredObject } from '../store/store.ts'
import type { Asking } from './asking.ts'
import { Gone } from './gone.ts'
import type { Source } from './plan.ts'

/** An index up to this size is fetched whole: its pages come along with its footer. */
const wholeBytesMax = 256 * 1024

/** An index at hand: its footer, and those of its pages that are wanted and here. */
interface Opened {
  readonly index: TermIndex
  readonly pages: Map<number, Buffer>
}

/**
 * Asks the term indexes of runs which of their frames may hold an event of the query. An index that
 * cannot be read costs a wider read and a warning, never an event.
 */
export class Candidates {
  readonly #asking: Asking
  readonly #condition: TermCondition
  readonly #terms: readonly Term[]
  /** By key of the index; `undefined`: every frame may hold one. */
  readonly #found = new Map<string, FrameSet | undefined>()

  constructor(asking: Asking, condition: TermCondition) {
    this.#asking = asking
    this.#condition = condition
    this.#terms = termsOf(condition)
  }

  /** Looks the terms up in the indexes of these objects, in two rounds at most. */
  async look(sources: readonly Source[], signal: AbortSignal): Promise<void> {
    if (this.#condition.kind === 'all') return
    const refs = new Map<string, IndexRef>()
    for (const { index } of sources) {
      if (index && !this.#found.has(index.ref.key)) refs.set(index.ref.key, index.ref)
    }
    if (refs.size === 0) return
    const open = async (ref: IndexRef) => [ref, await this.#open(ref, signal)] as const
    const opened = await Promise.all(Array.from(refs.values(), open))
    this.#asking.nextRound()
    const find = async ([ref, index]: readonly [IndexRef, Opened | undefined]) =>
      this.#found.set(ref.key, index && (await this.#find(ref, index, signal)))
    await Promise.all(opened.map(find))
    this.#asking.nextRound()
  }

  /** Whether the object has a frame that may hold an event. */
  mayHold(source: Source): boolean {
    const found = this.of(source)
    if (!found || !source.index) return true
    const { framesBefore, frameCount } = source.index
    return found.hasAny(framesBefore, framesBefore + frameCount)
  }

  /** Frames of the object's run that may hold an event; `undefined`: any of them may. */
  of(source: Source): FrameSet | undefined {
    return source.index && this.#found.get(source.index.ref.key)
  }

  async #open(ref: IndexRef, signal: AbortSignal): Promise<Opened | undefined> {
    const isWhole = ref.sizeBytes <= wholeBytesMax
    const options = isWhole ? { signal } : { range: { suffixBytes: ref.footerBytes }, signal }
    const check = ({ bytes, sizeBytes }: StoredObject): Opened => {
      const index = openIndex(bytes, sizeBytes, ownerOfIndex(ref.key))
      if (typeof index === 'number') {
        throw new ArchiveError('corrupt', `its footer has ${index} bytes`)
      }
      const pages = new Map<number, Buffer>()
      if (isWhole) {
        for (const range of this.#pagesOf(index)) {
          pages.set(range.page, checkedPage(index, range, bytes.subarray(range.start, range.end)))
        }
      }
      return { index, pages }
    }
    return this.#read(ref, options, check)
  }

  async #find(ref: IndexRef, opened: Opened, signal: AbortSignal): Promise<FrameSet | undefined> {
    const { index, pages } = opened
    const missing = this.#pagesOf(index).filter(range => !pages.has(range.page))
    await Promise.all(
      missing.map(async range => {
        const check = ({ bytes }: StoredObject) => checkedPage(index, range, bytes)
        const page = await this.#read(ref, { range, signal }, check)
        if (page) pages.set(range.page, page)
      }),
    )
    return candidateFrames(this.#condition, index.frameCount, term => {
      const page = pages.get(pageOf(index, term).page)
      return page ? framesOf(index, page, term) : 'all'
    })
  }

  /** The pages that tell of the query's terms, each once; an empty one need not be fetched. */
  #pagesOf(index: TermIndex): PageRange[] {
    const ranges = new Map<number, PageRange>()
    for (const term of this.#terms) {
      const range = pageOf(index, term)
      ranges.set(range.page, range)
    }
    return [...ranges.values()]
  }

  /**
   * `undefined` and a warning, also for an index that is gone: if its run is too, that shows later.
   */
  async #read<T>(
    ref: IndexRef,
    options: GetOptions,
    check: (object: StoredObject) => T,
  ): Promise<T | undefined> {
    const report = (reason: string) => {
      const detail = `${ref.key} cannot be read, its run is searched whole: ${reason}`
      this.#asking.warn({ detail })
    }
    try {
      return await this.#asking.fetcher.read(ref.key, options, check, report)
    } catch (error) {
      if (!(error instanceof Gone)) throw error
      report('it is gone')
      return undefined
    }
  }
}

function checkedPage(index: TermIndex, range: PageRange, bytes: Buffer): Buffer {
  openPage(index, bytes, range.page)
  return bytes
}
