import type { EventSelection, IndexRef } from '../catalog/catalog.ts'
import { ArchiveError } from '../core/errors.ts'
import type { FrameSet } from '../index/frame-set.ts'
import { openDistantPage, openList, openPage, type PageReader } from '../index/page-reader.ts'
import type { Postings } from '../index/postings.ts'
import { queryTerms } from '../index/query-terms.ts'
import {
  candidateFrames,
  type TermFrames,
  type TermWanted,
  termsOf,
} from '../index/term-condition.ts'
import { findTerm, hitOf, maskOfPath, pageOf, placesOf } from '../index/term-index.ts'
import type { Place } from '../index/term-page.ts'
import { requireQuery } from '../query/parse-query.ts'
import { indexPartKey, ownerOfIndex } from '../store/keys.ts'
import type { Store } from '../store/store.ts'

/**
 * The frames of an index that may hold events of this selection's query; it may name one too many,
 * never one too few. Throws `corrupt`, and `missing` when the index is gone.
 */
export async function maskedFrames(
  store: Store,
  ref: IndexRef,
  { query = '' }: EventSelection,
): Promise<FrameSet> {
  const condition = queryTerms(requireQuery(query))
  const found = new Map<TermWanted, TermFrames>()
  for (const wanted of termsOf(condition)) found.set(wanted, await framesOf(store, ref, wanted))
  return candidateFrames(condition, ref.terms.frameCount, wanted => found.get(wanted) ?? 'all')
}

async function framesOf(
  store: Store,
  ref: IndexRef,
  { term, field }: TermWanted,
): Promise<TermFrames> {
  const { terms } = ref
  const { page, part, start, end } = pageOf(terms, term)
  const key = indexPartKey(ref.key, part)
  const owner = ownerOfIndex(key)
  const at = (place: Place) => fetchRange(store, key, place.start, place.start + place.sizeBytes)
  const opened = openPage(await fetchRange(store, key, start, end), page, terms, owner)
  const reader: PageReader =
    'start' in opened ? openDistantPage(await at(opened), opened, page, terms, owner) : opened
  const mask = field === undefined ? -1 : maskOfPath(terms, field)
  const entry = findTerm(reader, terms, term, mask)
  const lists = new Map<Place, Postings>()
  for (const { entry: found } of placesOf(entry)) {
    const place = found.place!
    lists.set(place, openList(await at(place), place, found, terms.frameCount, owner))
  }
  return hitOf(entry, place => lists.get(place)!).frames
}

async function fetchRange(store: Store, key: string, start: number, end: number): Promise<Buffer> {
  const found = await store.get(key, { range: { start, end } })
  if (!found) throw new ArchiveError('missing', `${key} is gone`)
  return found.bytes
}
