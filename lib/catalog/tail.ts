import { ArchiveError } from '../core/errors.ts'
import { parseTailKey, type TailEntry, tailPrefix } from '../store/keys.ts'
import { type ListedObject, listAll, type Store } from '../store/store.ts'

export interface TailObject extends TailEntry {
  readonly sizeBytes: number
}

export interface ListedBatch extends TailObject {
  /** When it landed, by the store's clock. */
  readonly modifiedMicros: number
}

/** The listing of the tail, all pages, oldest batch first. */
export interface Tail {
  readonly batches: readonly ListedBatch[]
  /** Objects whose names are none of ours: never read, never deleted. */
  readonly foreign: readonly ListedObject[]
}

export async function listTail(store: Store, signal?: AbortSignal): Promise<Tail> {
  const batches: ListedBatch[] = []
  const foreign: ListedObject[] = []
  for await (const object of listAll(store, tailPrefix, signal ? { signal } : {})) {
    const entry = entryOf(object.key)
    const { sizeBytes, modifiedMicros } = object
    if (entry) batches.push({ ...entry, sizeBytes, modifiedMicros })
    else foreign.push(object)
  }
  return { batches, foreign }
}

function entryOf(key: string): TailEntry | undefined {
  try {
    return parseTailKey(key)
  } catch (fault) {
    if (fault instanceof ArchiveError && fault.code === 'corrupt') return undefined
    throw fault
  }
}
