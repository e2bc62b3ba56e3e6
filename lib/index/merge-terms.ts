import type { TermShape } from './term-shape.ts'

/** An index that is merged with others. */
export interface MergedIndex {
  readonly shape: TermShape
  /**
   * Bytes [start, end) of the object of a part (0 to 2^partBits - 1; its key is that of the first
   * part, with a number higher by `part`). They come in ranges of up to `chunkBytes`, each once or
   * twice, ascending; never more than one at a time of an index.
   */
  readonly read: (part: number, start: number, end: number) => Promise<Buffer>
  /** `<job id>/<n>` of a part's key, as `ownerOfIndex` has it. */
  readonly ownerOf: (part: number) => string
  /** The number in the merged index of its first frame. */
  readonly framesBefore: number
}

export interface MergeOptions {
  /** Of the merged index: where the last of them ends, or beyond. */
  readonly frameCount: number
  /**
   * Nothing is merged from the result (a month): rare terms are shortened to what questions need.
   * Otherwise all of their bits stay, so that a later merge still counts exactly.
   */
  readonly isFinal: boolean
  /** Owner of a part of the result; parts are numbered from 0, their keys follow each other. */
  readonly ownerOf: (part: number) => string
  /** Bytes fetched ahead over all inputs. */
  readonly aheadBytesMax: number
  /** About the size of a part, which is held whole in memory. */
  readonly partBytes: number
}

/**
 * Merges term indexes whose frames do not overlap, given in ascending order of `framesBefore`.
 * `write` takes the objects of the parts in order, each whole and once; it is awaited. Returns the
 * shape for the catalog. Holds a part, a page of each input and what is fetched ahead, whatever the
 * inputs' sizes. Throws `corrupt` when an input is: then the result has to be built from buckets.
 */
export async function mergeTermIndexes(
  inputs: readonly MergedIndex[],
  options: MergeOptions,
  write: (part: number, bytes: Buffer) => Promise<void>,
): Promise<TermShape> {
  await write(inputs.length, Buffer.alloc(options.partBytes))
  throw new Error('not yet')
}
