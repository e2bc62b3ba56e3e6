import type { Catalog } from '../catalog/catalog.ts'
import { asCatalog } from '../catalog/load.ts'
import type { ObjectRef } from '../catalog/references.ts'
import { unwrapJson, wrapJson } from '../catalog/wrapped-json.ts'
import { ArchiveError } from '../core/errors.ts'
import { defaultSettings } from '../core/settings.ts'
import { generationKey, generationNumber, generationPrefix } from '../store/backup-keys.ts'
import { listAll, type Store } from '../store/store.ts'
import type { LackingObject } from './copier.ts'
import type { MaskState } from './mask-state.ts'

/** One backup of an archive, as its destination remembers it (docs/format.md, section 14). */
export interface Generation {
  /** Version of the form. */
  readonly generation: 1
  /** One more than that of the backup before. */
  readonly number: number
  /** Whose it is. */
  readonly archive: string
  /** By the clock of the archive's store: what was acknowledged before is in it. */
  readonly takenMicros: number
  readonly catalogGeneration: number
  /** Key and size of its contents. */
  readonly contents: { readonly key: string; readonly sizeBytes: number }
  readonly objectCount: number
  readonly batchCount: number
  /** What of erasures it may still hold. */
  readonly masks: MaskState
  /** What it lacks, wholly or in part. */
  readonly lacking: readonly LackingObject[]
}

/** What a generation holds: the catalog and the batches that had not been folded. */
export interface Contents {
  readonly catalog: Catalog
  readonly tail: readonly ObjectRef[]
}

/** The generations of a backup, oldest first, and those that cannot be read. */
export interface Generations {
  readonly readable: readonly Generation[]
  readonly unreadable: readonly { readonly number: number; readonly reason: string }[]
}

export function encodeGeneration(generation: Generation): Buffer {
  return wrapJson(generation)
}

/** `owner` is its key: contents that are answered under another's name are noticed. */
export function encodeContents(owner: string, contents: Contents): Buffer {
  return wrapJson({ contents: 1, owner, ...contents })
}

/** The generations with these numbers. One that was dropped meanwhile is left out. */
export async function loadGenerations(
  store: Store,
  numbers: Iterable<number>,
): Promise<Generations> {
  const readable: Generation[] = []
  const unreadable: { number: number; reason: string }[] = []
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const found = await store.get(generationKey(number))
    if (!found) continue
    try {
      readable.push(decodeGeneration(found.bytes, number))
    } catch (fault) {
      if (!(fault instanceof ArchiveError && fault.code === 'corrupt')) throw fault
      unreadable.push({ number, reason: fault.message })
    }
  }
  return { readable, unreadable }
}

/** All generations of the backup in this store. */
export async function listGenerations(store: Store): Promise<Generations> {
  const numbers: number[] = []
  for await (const { key } of listAll(store, generationPrefix)) {
    const number = generationNumber(key)
    if (number !== undefined) numbers.push(number)
  }
  return await loadGenerations(store, numbers)
}

function decodeGeneration(bytes: Buffer, number: number): Generation {
  const key = generationKey(number)
  const found = unwrapJson(bytes, key) as Partial<Generation> | null
  if (found?.generation === 1 && found.number === number) return found as Generation
  const text = `${key} is version ${found?.generation} of number ${found?.number}, expected 1`
  throw new ArchiveError('corrupt', text)
}

/** Throws `corrupt`, and `missing` when the generation was dropped meanwhile. */
export async function loadContents(store: Store, generation: Generation): Promise<Contents> {
  const { key } = generation.contents
  const found = await store.get(key)
  if (!found) throw new ArchiveError('missing', `${key} of backup ${generation.number} is gone`)
  const content = unwrapJson(found.bytes, key, defaultSettings.backupContentsBytesMax)
  const { contents, owner, catalog, tail } = content as Contents & {
    readonly contents: unknown
    readonly owner: unknown
  }
  if (contents === 1 && owner === key) return { catalog: asCatalog(catalog, key), tail }
  throw new ArchiveError(
    'corrupt',
    `${key} is contents ${contents} of ${owner}, expected 1 of itself`,
  )
}
