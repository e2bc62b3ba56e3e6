import { FieldTable } from '../../../lib/index/field-table.ts'
import { FrameTerms } from '../../../lib/index/frame-terms.ts'
import { openDistantPage, openList, openPage } from '../../../lib/index/page-reader.ts'
import type { Term } from '../../../lib/index/term-hash.ts'
import { findTerm, hitOf, pageOf, type TermHit } from '../../../lib/index/term-index.ts'
import { TermIndexBuilder, type TermSection } from '../../../lib/index/term-index-builder.ts'
import type { Place } from '../../../lib/index/term-page.ts'
import { TermSet } from '../../../lib/index/term-set.ts'
import type { TermShape } from '../../../lib/index/term-shape.ts'

export const testOwner = '3D6GW1J8ZP0QK5XT2R7N9ABC/000000'

/** Terms of one event, all in these fields. */
export interface TestEvent {
  readonly terms: readonly Term[]
  readonly fieldMask?: number
}

/** An index of a run whose frames have these events. */
export function indexOfEvents(
  frames: readonly (readonly TestEvent[])[],
  { isFinal = true, owner = testOwner, fields = [] as readonly string[] } = {},
): TermSection {
  const builder = new TermIndexBuilder({ isFinal })
  for (const [frame, events] of frames.entries()) {
    const set = new TermSet()
    for (const [event, { terms, fieldMask = 1 }] of events.entries()) {
      set.at(event + 1, fieldMask)
      for (const term of terms) set.addTerm(term)
    }
    builder.addFrame(frame, set)
  }
  return builder.finish(owner, fields)
}

/** An index of a run whose frames have one event of these terms each. */
export function indexOfTerms(
  frames: readonly (readonly Term[])[],
  options: { readonly isFinal?: boolean; readonly owner?: string } = {},
): TermSection {
  return indexOfEvents(
    frames.map(terms => [{ terms }]),
    options,
  )
}

/** An index of a run whose frames have one of these lines each. */
export function indexOfLines(lines: readonly string[], isFinal = true): TermSection {
  const builder = new TermIndexBuilder({ isFinal })
  const frames = new FrameTerms()
  const table = new FieldTable()
  for (const [frame, line] of lines.entries()) {
    builder.addFrame(frame, frames.read(Buffer.from(`${line}\n`), table))
  }
  return builder.finish(testOwner, table.paths)
}

/** What an index, or the objects of its parts, says of a term. */
export function lookUp(
  { bytes, shape }: { readonly bytes: Buffer | readonly Buffer[]; readonly shape: TermShape },
  term: Term,
  {
    ownerOf = (_part: number) => testOwner,
    fieldMask = -1,
  }: { readonly ownerOf?: (part: number) => string; readonly fieldMask?: number } = {},
): TermHit {
  const { page, part, start, end } = pageOf(shape, term)
  const object = Buffer.isBuffer(bytes) ? bytes : bytes[part]!
  const owner = ownerOf(part)
  const opened = openPage(object.subarray(start, end), page, shape, owner)
  const at = (place: Place) => object.subarray(place.start, place.start + place.sizeBytes)
  const reader =
    'start' in opened ? openDistantPage(at(opened), opened, page, shape, owner) : opened
  const entry = findTerm(reader, shape, term, fieldMask)
  return hitOf(entry, place => {
    const found = entry.recurring.find(each => each.entry.place === place)!
    return openList(at(place), place, found.entry, shape.frameCount, owner)
  })
}

/** What an index says of each of its terms: the kept bits and its frames; reads all of it. */
export function readAll({ bytes, shape }: TermSection, owner = testOwner): number[][] {
  const found: number[][] = []
  const at = (place: Place) => bytes.subarray(place.start, place.start + place.sizeBytes)
  for (let page = 0; page < 2 ** shape.pageBits; page++) {
    const start = page * shape.pageBytes
    const opened = openPage(bytes.subarray(start, start + shape.pageBytes), page, shape, owner)
    const reader =
      'start' in opened ? openDistantPage(at(opened), opened, page, shape, owner) : opened
    reader.eachRare((fingerprint, frame) => found.push([fingerprint, frame]))
    const walk = reader.recurringTerms()
    while (walk.next()) {
      const { entry, term } = walk
      const list =
        walk.postings() ?? openList(at(entry.place!), entry.place!, entry, shape.frameCount, owner)
      found.push([term, ...list.frames])
    }
  }
  return found
}
