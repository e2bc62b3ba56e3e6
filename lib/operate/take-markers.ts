import type { Workplace } from '../catalog/commit.ts'
import { unwrapMarker } from '../catalog/marker.ts'
import { listTail, type Tail } from '../catalog/tail.ts'
import { ArchiveError } from '../core/errors.ts'
import {
  type MarkerCopy,
  markerCopyKey,
  markerPrefixes,
  parseMarkerCopy,
} from '../store/backup-keys.ts'
import { erasurePrefix, importPrefix } from '../store/keys.ts'
import { listAll, type Store, type StoredObject } from '../store/store.ts'
import type { Copier } from './copier.ts'
import { withRoom } from './with-room.ts'

/** Stores tell the time of an object in whole seconds: a marker this young may change unseen. */
const unseenMicros = 2_000_000

/** About what one takes in memory. */
const markerBytes = 4096

/** A marker as it was when it was copied. */
interface TakenMarker {
  readonly markerKey: string
  readonly modifiedMicros: number
  /** Of one that may change unseen. */
  readonly etag?: string | undefined
}

/**
 * Copies the markers and then lists the tail, so that a batch that a marker calls stored is in the
 * listing. A marker of an import must not be much older than the listing either: importing again
 * would store twice what it does not know of. So when an import moved on meanwhile both are taken
 * again, a few times at most.
 */
export async function takeMarkersAndTail(
  from: Store,
  place: Workplace,
  copier: Copier,
  there: ReadonlyMap<string, number>,
): Promise<{ readonly takenMicros: number; readonly tail: Tail }> {
  const copies = new Set(there.keys())
  for (let look = 1; ; look++) {
    const { storeTimeMicros: takenMicros } = await from.list(importPrefix, { limit: 1 })
    const taken = await takeMarkers(from, place, copier, copies, takenMicros)
    const tail = await listTail(from)
    if (look >= place.settings.backupLooksMax || (await areStill(from, taken))) {
      return { takenMicros, tail }
    }
  }
}

async function takeMarkers(
  from: Store,
  place: Workplace,
  copier: Copier,
  copies: Set<string>,
  takenMicros: number,
): Promise<TakenMarker[]> {
  const known = latestCopies(copies)
  const imports: TakenMarker[] = []
  const fresh: Omit<MarkerCopy, 'key'>[] = []
  for (const prefix of markerPrefixes) {
    for await (const { key: markerKey, modifiedMicros } of listAll(from, prefix)) {
      const copiedMicros = known.get(`${markerKey} ${modifiedMicros}`) ?? 0
      const isKnown = copiedMicros > modifiedMicros + unseenMicros
      if (!isKnown) fresh.push({ markerKey, modifiedMicros, takenMicros })
      else if (prefix === importPrefix) imports.push({ markerKey, modifiedMicros })
    }
  }
  const room = { count: place.settings.copyConcurrency, bytes: place.settings.copyAheadBytes }
  await withRoom(
    fresh,
    room,
    () => markerBytes,
    async state => {
      const etag = await takeMarker(from, copier, copies, state)
      if (state.markerKey.startsWith(importPrefix)) imports.push({ ...state, etag })
    },
  )
  return imports
}

/** When each state of a marker was copied last. */
function latestCopies(copies: Iterable<string>): Map<string, number> {
  const known = new Map<string, number>()
  for (const copy of Array.from(copies, parseMarkerCopy)) {
    if (!copy) continue
    const state = `${copy.markerKey} ${copy.modifiedMicros}`
    known.set(state, Math.max(copy.takenMicros, known.get(state) ?? 0))
  }
  return known
}

/** Copies one marker; its etag. */
async function takeMarker(
  from: Store,
  copier: Copier,
  copies: Set<string>,
  state: Omit<MarkerCopy, 'key'>,
): Promise<string | undefined> {
  const found = await from.get(state.markerKey)
  if (!found) return undefined
  const reason = faultOfMarker(state.markerKey, found)
  if (reason) copier.note({ key: state.markerKey, reason })
  const key = markerCopyKey(state)
  await copier.put(key, found.bytes, !copies.has(key))
  copies.add(key)
  return found.etag
}

/** What is wrong with it; `undefined`: nothing. */
function faultOfMarker(key: string, { bytes, sizeBytes }: StoredObject): string | undefined {
  if (bytes.length !== sizeBytes) return `it has ${sizeBytes} bytes, ${bytes.length} came`
  try {
    if (key.startsWith(erasurePrefix)) JSON.parse(bytes.toString())
    else unwrapMarker(bytes, key)
    return undefined
  } catch (fault) {
    if (fault instanceof SyntaxError) return 'it is no JSON'
    if (fault instanceof ArchiveError && fault.code === 'corrupt') return fault.message
    throw fault
  }
}

/** Whether every import stands where it stood. */
async function areStill(from: Store, taken: readonly TakenMarker[]): Promise<boolean> {
  const times = new Map(taken.map(each => [each.markerKey, each.modifiedMicros]))
  for await (const { key, modifiedMicros } of listAll(from, importPrefix)) {
    if (times.get(key) !== modifiedMicros) return false
  }
  for (const { markerKey, etag } of taken) {
    if (etag === undefined) continue
    if ((await from.getIfChanged(markerKey, etag)) !== 'unchanged') return false
  }
  return true
}

/** Of each marker the copy that a generation taken at this time has. */
export function markersAt(keys: Iterable<string>, atMicros: number): MarkerCopy[] {
  const newest = new Map<string, MarkerCopy>()
  for (const copy of Array.from(keys, parseMarkerCopy)) {
    if (!copy || copy.takenMicros > atMicros) continue
    const other = newest.get(copy.markerKey)
    if (!other || isNewer(copy, other)) newest.set(copy.markerKey, copy)
  }
  return [...newest.values()]
}

function isNewer(copy: MarkerCopy, other: MarkerCopy): boolean {
  const later = copy.modifiedMicros - other.modifiedMicros
  return later > 0 || (later === 0 && copy.takenMicros > other.takenMicros)
}
