import { joinSections } from './index-object.ts'
import { ListArea } from './list-area.ts'
import { PageDraft } from './page-draft.ts'
import { openDistantPage, openList, openPage, type PageReader } from './page-reader.ts'
import { measurePostings, type Postings } from './postings.ts'
import { termBits } from './term-hash.ts'
import { inlineBitsMax, type Place } from './term-page.ts'
import type { TermShape } from './term-shape.ts'

/** An index that is copied without some of its frames. */
export interface CopiedIndex {
  /** Of the original. */
  readonly shape: TermShape
  /** Owner of a part, of the original and of the copy. */
  readonly ownerOf: (part: number) => string
  readonly copyOwnerOf: (part: number) => string
  /** The whole object of a part. */
  readonly read: (part: number) => Promise<Buffer>
  /** The number in the copy of a frame, ascending; -1: it is left out. */
  readonly frameOf: (frame: number) => number
  /** Frames of the copy. */
  readonly frameCount: number
}

/**
 * Copies a term index of any detail with frames left out and the others renumbered: nothing stays
 * of terms that only those had. Pages, parts and kept bits are those of the original, so that a
 * final index can be copied too. `write` takes the parts in order from `firstPart` on; false: no
 * more. Holds a part at a time. Throws `corrupt`.
 */
export async function copyTermIndex(
  index: CopiedIndex,
  write: (part: number, bytes: Buffer) => Promise<boolean>,
  firstPart = 0,
): Promise<void> {
  const shape = { ...index.shape, frameCount: index.frameCount }
  const pagesPerPart = 2 ** (shape.pageBits - shape.partBits)
  const draft = new PageDraft(shape)
  for (let part = firstPart; part < 2 ** shape.partBits; part++) {
    const object = await index.read(part)
    const owner = index.copyOwnerOf(part)
    const lists = new ListArea(owner, pagesPerPart * shape.pageBytes)
    const pages: Buffer[] = []
    for (let i = 0; i < pagesPerPart; i++) {
      const page = part * pagesPerPart + i
      draft.begin(page)
      copyPage(index, object, part, page, draft, lists)
      pages.push(draft.encode(shape.pageBytes, lists))
    }
    const sections = [...pages, ...lists.pieces()]
    if (!(await write(part, joinSections(sections, { terms: shape, part }, owner)))) return
  }
}

function copyPage(
  index: CopiedIndex,
  object: Buffer,
  part: number,
  page: number,
  draft: PageDraft,
  lists: ListArea,
): void {
  const { shape, frameOf, frameCount } = index
  const owner = index.ownerOf(part)
  const reader = openPageIn(object, page, shape, owner)
  reader.eachRare((fingerprint, frame, fieldMask) => {
    const copied = frameOf(frame)
    if (copied >= 0) draft.addRare(wholeTerm(fingerprint, shape.rareBits), copied, fieldMask)
  })
  const walk = reader.recurringTerms()
  while (walk.next()) {
    const { term, entry } = walk
    const place = entry.place
    const postings = place
      ? openList(bytesAt(object, place), place, entry, shape.frameCount, owner)
      : walk.postings()!
    const kept = keptOf(postings, frameOf)
    if (kept.frames.length === 0) continue
    const whole = wholeTerm(term, shape.recurringBits)
    const { head, bits } = measurePostings(kept, frameCount)
    if (bits <= inlineBitsMax) draft.addRecurring(whole, entry.fieldMask, kept)
    else {
      const written = lists.addPostings(head, kept, frameCount)
      draft.addWritten(whole, entry.fieldMask, head, written)
    }
  }
}

function openPageIn(object: Buffer, page: number, shape: TermShape, owner: string): PageReader {
  const pagesPerPart = 2 ** (shape.pageBits - shape.partBits)
  const start = (page % pagesPerPart) * shape.pageBytes
  const opened = openPage(object.subarray(start, start + shape.pageBytes), page, shape, owner)
  if (!('start' in opened)) return opened
  return openDistantPage(bytesAt(object, opened), opened, page, shape, owner)
}

function bytesAt(object: Buffer, { start, sizeBytes }: Place): Buffer {
  return object.subarray(start, start + sizeBytes)
}

/** The smallest term with these first bits. */
function wholeTerm(leading: number, bits: number): number {
  return leading * 2 ** (termBits - bits)
}

function keptOf({ frames, counts }: Postings, frameOf: (frame: number) => number): Postings {
  const kept = { frames: new Uint32Array(frames.length), counts: new Uint32Array(frames.length) }
  let size = 0
  for (let i = 0; i < frames.length; i++) {
    const frame = frameOf(frames[i]!)
    if (frame < 0) continue
    kept.frames[size] = frame
    kept.counts[size++] = counts[i]!
  }
  return { frames: kept.frames.subarray(0, size), counts: kept.counts.subarray(0, size) }
}
