import { ArchiveError } from '../core/errors.ts'
import { ChunkReader, type ReadPart } from './chunk-reader.ts'
import { openDistantPage, openList, openPage, type PageReader } from './page-reader.ts'
import type { Term } from './term-hash.ts'
import { leadingBits, type Place } from './term-page.ts'
import type { TermShape } from './term-shape.ts'

/** An index as it is stored. */
export interface StoredIndex {
  readonly shape: TermShape
  readonly read: ReadPart
  /** `<job id>/<n>` of a part's key. */
  readonly ownerOf: (part: number) => string
  /** Bytes of a part's pages and lists: what lies before its description. */
  readonly sectionBytes: (part: number) => number
}

/** A term is told by as many of its first bits as both kinds of terms keep. */
export type VisitPair = (term: Term, frame: number, eventCount: number) => void

const aheadBytes = 1024 * 1024

/** Bits of every term that the index knows at least. */
function sharedBits({ rareBits, recurringBits }: TermShape): number {
  return Math.min(rareBits, recurringBits)
}

/**
 * Visits every pair of a term and a frame, and so reads every byte of pages and lists. Events are 0
 * but in an index that is whole. Throws `corrupt` for what no writer wrote, also for bytes that
 * belong to no page and no list.
 */
export async function walkIndex(index: StoredIndex, visit: VisitPair): Promise<void> {
  for (let part = 0; part < 2 ** index.shape.partBits; part++) await walkPart(index, part, visit)
}

async function walkPart(index: StoredIndex, part: number, visit: VisitPair): Promise<void> {
  const { shape, read } = index
  const [pages, lists] = [new ChunkReader(read, aheadBytes), new ChunkReader(read, aheadBytes)]
  const owner = index.ownerOf(part)
  const pageCount = 2 ** (shape.pageBits - shape.partBits)
  let usedBytes = pageCount * shape.pageBytes
  const readPlace = ({ start, sizeBytes }: Place) => {
    usedBytes += sizeBytes
    return lists.read(part, start, start + sizeBytes, Infinity)
  }
  for (let i = 0; i < pageCount; i++) {
    const page = part * pageCount + i
    const start = i * shape.pageBytes
    const bytes = await pages.read(
      part,
      start,
      start + shape.pageBytes,
      pageCount * shape.pageBytes,
    )
    const opened = openPage(bytes, page, shape, owner)
    const reader =
      'start' in opened
        ? openDistantPage(await readPlace(opened), opened, page, shape, owner)
        : opened
    walkRare(reader, shape, visit)
    await walkRecurring(reader, shape, visit, async entry =>
      openList(await readPlace(entry.place!), entry.place!, entry, shape.frameCount, owner),
    )
  }
  const sizeBytes = index.sectionBytes(part)
  if (usedBytes === sizeBytes) return
  throw new ArchiveError(
    'corrupt',
    `pages and lists of part ${part} take ${usedBytes} bytes, expected ${sizeBytes}`,
  )
}

function walkRare(reader: PageReader, shape: TermShape, visit: VisitPair): void {
  const bits = sharedBits(shape)
  const events = shape.detail === 'whole' ? 1 : 0
  reader.eachRare((fingerprint, frame) => {
    visit(firstBits(fingerprint, shape.rareBits, bits), frame, events)
  })
}

async function walkRecurring(
  reader: PageReader,
  shape: TermShape,
  visit: VisitPair,
  listOf: (entry: Parameters<typeof openList>[2]) => Promise<ReturnType<typeof openList>>,
): Promise<void> {
  const bits = sharedBits(shape)
  const walk = reader.recurringTerms()
  while (walk.next()) {
    const term = firstBits(walk.term, shape.recurringBits, bits)
    const { frames, counts } = walk.postings() ?? (await listOf(walk.entry))
    // A rare term of an index that is not whole has no count: then none is compared.
    const isCounted = shape.detail === 'whole'
    for (let i = 0; i < frames.length; i++) visit(term, frames[i]!, isCounted ? counts[i]! : 0)
  }
}

function firstBits(kept: number, keptBits: number, bits: number): Term {
  return Math.floor(kept / 2 ** (keptBits - bits))
}

/** A term by the bits that a walk over this index tells. */
export function knownBits(term: Term, shape: TermShape): Term {
  return leadingBits(term, sharedBits(shape))
}
