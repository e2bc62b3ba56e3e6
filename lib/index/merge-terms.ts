import { assert } from '../core/assert.ts'
import { joinSections } from './index-object.ts'
import { ListArea } from './list-area.ts'
import { type MergedIndex, MergeInput } from './merge-input.ts'
import { PageMerge } from './merge-page.ts'
import { PageDraft } from './page-draft.ts'
import { type Term, termBits } from './term-hash.ts'
import { firstTerm } from './term-page.ts'
import {
  detailFor,
  forPages,
  keptBitsFor,
  namedFields,
  pageBitsFor,
  type TermShape,
} from './term-shape.ts'

export interface MergeOptions {
  /** Of the merged index: where the last of its frames ends, or beyond. */
  readonly frameCount: number
  /** Nothing will be merged from the result: see `TermDetail`. */
  readonly isFinal: boolean
  /** Owner of a part of the result; parts are numbered from 0, their keys follow each other. */
  readonly ownerOf: (part: number) => string
  /** Bytes of all inputs. */
  readonly inputBytes: number
  /** Bytes fetched ahead over all inputs. */
  readonly aheadBytesMax: number
  /** About the size of a part, which is held whole in memory, twice while it is put together. */
  readonly partBytes: number
}

/** Terms of the sample that tells how long pages will be. */
const sampledTerms = 16_384
const aheadBytesMin = 64 * 1024
/** Of the fullness of a page: a page beyond lies elsewhere and costs a round more. */
const deviations = 6

/** Whether the index has all that a merge needs: nothing was left out for being final. */
function isMergeable(shape: TermShape): boolean {
  return shape.detail === 'whole'
}

/**
 * The shape of what these inputs are merged to, as the catalog will hold it. Merges a sample:
 * hashes are spread evenly, so that it stands for the rest. The same inputs and options give the
 * same shape.
 */
export async function planMergedShape(
  inputs: readonly MergedIndex[],
  options: MergeOptions,
): Promise<TermShape> {
  assert(
    inputs.every(({ shape }) => isMergeable(shape)),
    'an index to be merged was shortened',
  )
  const { frameCount } = options
  const detail = detailFor(options.isFinal, frameCount)
  const fields = namedFields([...new Set(inputs.flatMap(({ shape }) => shape.fields))])
  const termCount = inputs.reduce((sum, { shape }) => sum + termsOf(shape), 0)
  const sampleBits = Math.max(0, Math.floor(Math.log2(Math.max(1, termCount) / sampledTerms)))
  const sample = { detail, frameCount, rareCount: 0, recurringCount: 0, pageBits: sampleBits }
  const draft = new PageDraft({ ...sample, rareBits: termBits, recurringBits: termBits })
  const merge = new PageMerge(openInputs(inputs, fields, options, 0), sample)
  draft.begin(0)
  await merge.fill(0, firstTerm(1, sampleBits), draft, new ListArea('', 0))

  const rareCount = draft.rareCount * 2 ** sampleBits
  const recurringCount = draft.recurringCount * 2 ** sampleBits
  const counts = { frameCount, rareCount, recurringCount }
  const kept = keptBitsFor(detail, counts)
  draft.reshape({ ...sample, ...counts, ...kept })
  const { leastBytes, wantedBytes } = draft.measure()
  const pageBits = pageBitsFor(wantedBytes * 2 ** sampleBits)
  const share = 2 ** (sampleBits - pageBits)
  const termsPerPage = Math.max(1, (rareCount + recurringCount) / 2 ** pageBits)
  const margin = pageBits === 0 && sampleBits === 0 ? 0 : deviations / Math.sqrt(termsPerPage)
  const partBits = Math.ceil(Math.log2(Math.max(1, options.inputBytes / options.partBytes)))
  return {
    detail,
    ...counts,
    ...forPages(kept, pageBits),
    pageBits,
    partBits: Math.min(partBits, pageBits),
    pageBytes: Math.ceil(Math.max(wantedBytes * share, leastBytes * share * (1 + margin))),
    fields,
  }
}

/**
 * Merges indexes that are mergeable and whose frames do not overlap, given in ascending order of
 * `framesBefore`, into one of the planned shape. `write` takes the objects of the parts in order,
 * from `firstPart` on, each whole and once; it is awaited, and false ends the merge before its
 * time. The same inputs and shape give the same bytes, wherever it begins. Holds a part, a page of
 * each input and what is fetched ahead, whatever the inputs' sizes. Throws `corrupt` when an input
 * is, and what `read` throws.
 */
export async function mergeTermIndexes(
  inputs: readonly MergedIndex[],
  shape: TermShape,
  options: MergeOptions,
  write: (part: number, bytes: Buffer) => Promise<boolean>,
  firstPart = 0,
): Promise<void> {
  const pagesPerPart = 2 ** (shape.pageBits - shape.partBits)
  const from = firstTerm(firstPart * pagesPerPart, shape.pageBits)
  const merge = new PageMerge(openInputs(inputs, shape.fields, options, from), shape)
  const draft = new PageDraft(shape)
  for (let part = firstPart; part < 2 ** shape.partBits; part++) {
    const owner = options.ownerOf(part)
    const lists = new ListArea(owner, pagesPerPart * shape.pageBytes)
    const pages: Buffer[] = []
    for (let page = part * pagesPerPart; page < (part + 1) * pagesPerPart; page++) {
      const [start, end] = [firstTerm(page, shape.pageBits), firstTerm(page + 1, shape.pageBits)]
      draft.begin(page)
      await merge.fill(start, end, draft, lists)
      pages.push(draft.encode(shape.pageBytes, lists))
    }
    const sections = [...pages, ...lists.pieces()]
    if (!(await write(part, joinSections(sections, { terms: shape, part }, owner)))) return
  }
}

function termsOf({ rareCount, recurringCount }: TermShape): number {
  return rareCount + recurringCount
}

function openInputs(
  inputs: readonly MergedIndex[],
  fields: readonly string[],
  { aheadBytesMax }: MergeOptions,
  from: Term,
): MergeInput[] {
  const aheadBytes = Math.max(aheadBytesMin, Math.floor(aheadBytesMax / (2 * inputs.length)))
  return inputs.map(input => {
    const maskOf = maskMap(input.shape.fields, fields)
    return new MergeInput(input, { maskOf, aheadBytes, from })
  })
}

/** Gives a mask by the numbers of these fields one by those of the others. */
function maskMap(from: readonly string[], to: readonly string[]): (fieldMask: number) => number {
  const bits = Array.from({ length: 32 }, (_, bit) => {
    const field = from[bit]
    const found = field === undefined ? -1 : to.indexOf(field)
    return found < 0 ? 1 << 31 : 1 << found
  })
  return fieldMask => {
    if (fieldMask === -1) return -1
    let mapped = 0
    for (let rest = fieldMask; rest !== 0; rest &= rest - 1)
      mapped |= bits[31 - Math.clz32(rest & -rest)]!
    return mapped
  }
}
