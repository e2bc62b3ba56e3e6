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
    const { model } = this.#stage
    const faults: string[] = []
    for (const { generation, begin } of this.#taken) {
      const place = this.#stage.place(`restore-${generation}`)
      const restored = { ...place, store: nested(place.store, `restored-${generation}/`) }
      const isNewest = generation === this.#taken.at(-1)!.generation
      if (!(await restores(restored, nested(place.store, backupFolder), generation, isNewest)))
        continue
      const asked = { model, begin, matches: () => true }
      const all = { selection: {}, matches: asked.matches, order: 'asc', interval: 'hour' } as const
      const found = await turnPages(createReader(restored), { ...all, limit: undefined }, asked)
      faults.push(...found.map(fault => `generation ${generation}: ${fault}`))
    }
    return faults
  }
}

/** False when a later backup has put this one away, because of what was erased since. */
async function restores(
  restored: Workplace,
  backup: Store,
  generation: number,
  isNewest: boolean,
): Promise<boolean> {
  try {
    await restoreFrom(restored, backup, { generation })
    return true
  } catch (error) {
    const isPutAway =
      error instanceof ArchiveError && (error.code === 'missing' || error.code === 'conflict')
    if (isPutAway && !isNewest) return false
    throw error
  }
}
