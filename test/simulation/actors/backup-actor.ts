import type { Workplace } from '../../../lib/catalog/commit.ts'
import { ArchiveError } from '../../../lib/core/errors.ts'
import { backUp } from '../../../lib/operate/backup.ts'
import { restoreFrom } from '../../../lib/operate/restore.ts'
import { createReader } from '../../../lib/read/reader.ts'
import type { Store } from '../../../lib/store/store.ts'
import { nested } from '../../support/nested-store.ts'
import { backupFolder } from '../backups.ts'
import type { Actor, Stage } from '../stage.ts'
import { turnPages } from './reader.ts'

/** Backs the archive up while everything goes on; in the end each generation is restored. */
export class BackupActor implements Actor {
  readonly name: string
  readonly #stage: Stage
  /** Generations that are whole, and the moment each began. */
  readonly #taken: { readonly generation: number; readonly begin: number }[] = []

  constructor(stage: Stage, name: string) {
    this.name = name
    this.#stage = stage
  }

  start(process: string): () => Promise<void> {
    const place = this.#stage.place(process)
    return async () => {
      const begin = this.#stage.model.moment
      const { generation } = await backUp(place, nested(place.store, backupFolder))
      if (generation.lacking.length === 0)
        this.#taken.push({ generation: generation.number, begin })
    }
  }

  /** What is wrong with what the backups give back, when nothing goes wrong any more. */
  async restoreAll(): Promise<string[]> {
    const faults: string[] = []
    for (const { generation, begin } of this.#taken) {
      faults.push(...(await this.#restore(begin, generation)))
    }
    // A later one, of which nobody heard that it is whole, may have taken the place of them all.
    const last = this.#taken.at(-1)
    if (last) faults.push(...(await this.#restore(last.begin, undefined)))
    return faults
  }

  /** Without a number, the newest, which must be there. */
  async #restore(begin: number, generation: number | undefined): Promise<string[]> {
    const { model } = this.#stage
    const name = generation ?? 'newest'
    const place = this.#stage.place(`restore-${name}`)
    const restored = { ...place, store: nested(place.store, `restored-${name}/`) }
    const isThere = await restores(restored, nested(place.store, backupFolder), generation)
    if (!isThere) return []
    const asked = { model, begin, matches: () => true }
    const all = { selection: {}, matches: asked.matches, order: 'asc', interval: 'hour' } as const
    const found = await turnPages(createReader(restored), { ...all, limit: undefined }, asked)
    return found.map(fault => `generation ${name}: ${fault}`)
  }
}

/** False when a later backup has put this one away, because of what was erased since. */
async function restores(
  restored: Workplace,
  backup: Store,
  generation: number | undefined,
): Promise<boolean> {
  try {
    await restoreFrom(restored, backup, generation === undefined ? {} : { generation })
    return true
  } catch (error) {
    const isRefused = error instanceof ArchiveError && ['missing', 'conflict'].includes(error.code)
    if (isRefused && generation !== undefined) return false
    throw error
  }
}
