import { ArchiveError } from '../core/errors.ts'
import { generationNumber, generationPrefix, isOfBackup } from '../store/backup-keys.ts'
import { catalogKey } from '../store/keys.ts'
import { listAll, type Store } from '../store/store.ts'
import { type Generation, type Generations, loadGenerations } from './generation.ts'

/** What lies where a backup goes. */
export interface Destination {
  /** Keys and sizes of all objects. */
  readonly there: Map<string, number>
  readonly generations: Generations
  /** Of the next generation. */
  readonly nextNumber: number
}

/**
 * Lists the destination once. Throws `conflict` when it holds something else than backups of this
 * archive: nothing there may be overwritten, and nothing there be taken for garbage.
 */
export async function surveyDestination(store: Store, archive: string): Promise<Destination> {
  const there = new Map<string, number>()
  const numbers: number[] = []
  for await (const { key, sizeBytes } of listAll(store, '')) {
    if (!isOfBackup(key)) throw refusal(store, `it holds ${describe(key)}`)
    const number = key.startsWith(generationPrefix) ? generationNumber(key) : undefined
    if (number !== undefined) numbers.push(number)
    there.set(key, sizeBytes)
  }
  const generations = await loadGenerations(store, numbers)
  const other = generations.readable.find(each => each.archive !== archive)
  if (other) throw refusal(store, `it holds backups of archive ${other.archive}, not ${archive}`)
  const nextNumber = numbers.reduce((most, number) => Math.max(most, number), 0) + 1
  return { there, generations, nextNumber }
}

/** The newest generation that can be read. */
export function newestOf({ readable }: Generations): Generation | undefined {
  return readable.at(-1)
}

function describe(key: string): string {
  return key === catalogKey ? 'an archive' : `${JSON.stringify(key)}, which is of no backup`
}

function refusal({ url }: Store, what: string): ArchiveError {
  const hint = 'name an empty place, or one with backups of this archive'
  return new ArchiveError('conflict', `cannot back up to ${url}: ${what}; ${hint}`, {
    details: [{ detail: what, hint }],
  })
}
