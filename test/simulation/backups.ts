import type { Workplace } from '../../lib/catalog/commit.ts'
import { referencedKeys } from '../../lib/catalog/references.ts'
import { ArchiveError } from '../../lib/core/errors.ts'
import { type BackupOptions, type BackupReport, backUp } from '../../lib/operate/backup.ts'
import { listGenerations, loadContents } from '../../lib/operate/generation.ts'
import { restoreFrom } from '../../lib/operate/restore.ts'
import { createReader } from '../../lib/read/reader.ts'
import { outputPrefixes, tailPrefix } from '../../lib/store/keys.ts'
import type { Store } from '../../lib/store/store.ts'
import { nested } from '../support/nested-store.ts'
import { answerFaults, type Scene } from './protocol/scene.ts'

/** The archive of a simulated world is backed up to a folder beside it, and restored to others. */
export const backupFolder = 'backup/'

export function backUpAs(
  scene: Scene,
  process: string,
  options?: BackupOptions,
): Promise<BackupReport> {
  const place = scene.place(process)
  return backUp(place, nested(place.store, backupFolder), options)
}

/** Restores a backup, the newest unless told otherwise; where the new archive is. */
export async function restoreAs(
  scene: Scene,
  process: string,
  target = 'restored/',
  generation?: number,
): Promise<Workplace> {
  const place = scene.place(process)
  const restored = { ...place, store: nested(place.store, target) }
  const choice = generation === undefined ? {} : { generation }
  await restoreFrom(restored, nested(place.store, backupFolder), choice)
  return restored
}

/** What is wrong with a backup that should hold these events. */
export async function backupFaults(
  scene: Scene,
  expected: ReadonlySet<string>,
  generation?: number,
): Promise<string[]> {
  const target = `restored-${generation ?? 'newest'}/`
  try {
    await restoreAs(scene, 'drill', target, generation)
    const faults = await restoredFaults(scene, expected, target)
    return faults.map(fault => `${fault} in the backup`)
  } catch (fault) {
    if (fault instanceof ArchiveError && fault.code === 'missing') return [`I8 ${fault.message}`]
    throw fault
  }
}

/** What is wrong with a restored archive that should hold these events. */
export async function restoredFaults(
  scene: Scene,
  expected: ReadonlySet<string>,
  target = 'restored/',
): Promise<string[]> {
  const store = nested(scene.place('drill').store, target)
  return answerFaults(await namesIn(scene, store), expected)
}

/** Copies of the newest generation that are there and should not be. */
export async function deadCopies(scene: Scene): Promise<string[]> {
  const store = nested(scene.place('drill').store, backupFolder)
  const newest = (await listGenerations(store)).readable.at(-1)!
  const { catalog, tail } = await loadContents(store, newest)
  const needed = new Set([
    ...(await referencedKeys(store, catalog)),
    ...tail.map(({ key }) => key),
    newest.contents.key,
  ])
  const copies = [tailPrefix, ...outputPrefixes, 'contents/'].flatMap(prefix =>
    scene.world.keys(backupFolder + prefix),
  )
  return copies.filter(key => !needed.has(key.slice(backupFolder.length)))
}

async function namesIn(scene: Scene, store: Store): Promise<string[]> {
  const names: string[] = []
  const hits = createReader({ ...scene.place('drill'), store }).search({})
  try {
    for await (const hit of hits) names.push(JSON.parse(hit.line.toString()).name)
  } catch (fault) {
    // An object is missing: whatever it holds is not in the answer.
    if (!(fault instanceof ArchiveError && fault.code === 'unavailable')) throw fault
  }
  return names
}
