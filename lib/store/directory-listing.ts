import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { storeLimits } from '../core/store-limits.ts'
import { isAbsent } from './directory-files.ts'
import type { ListedObject, ListOptions } from './store.ts'

/**
 * One page of the keys below a directory, in ascending order. A key is the path of its file; names
 * that begin with a dot are the store's own and never shown. Folders outside the page are not read.
 */
export async function listFiles(
  root: string,
  prefix: string,
  options: ListOptions,
): Promise<{ objects: ListedObject[]; more: boolean }> {
  const limit = Math.min(options.limit ?? storeLimits.listKeysMax, storeLimits.listKeysMax)
  const objects: ListedObject[] = []
  let waiting: string[] = []
  const describe = async (): Promise<void> => {
    const found = await Promise.all(waiting.map(key => describeFile(root, key)))
    objects.push(...found.filter(object => object !== undefined))
    waiting = []
  }
  const top = prefix.slice(0, prefix.lastIndexOf('/') + 1)
  for await (const key of keysBelow(root, top, prefix, options.startAfter ?? '')) {
    waiting.push(key)
    // Described in groups: a file deleted since its folder was read leaves room for another.
    if (waiting.length === storeLimits.fileConcurrency) await describe()
    if (objects.length > limit) break
  }
  await describe()
  return { objects: objects.slice(0, limit), more: objects.length > limit }
}

/** Keys in order: a folder stands where its name with a slash does. */
async function* keysBelow(
  root: string,
  folder: string,
  prefix: string,
  startAfter: string,
): AsyncGenerator<string> {
  const mayHold = (key: string): boolean => {
    const isFolder = key.endsWith('/')
    const inPrefix = key.startsWith(prefix) || (isFolder && prefix.startsWith(key))
    return inPrefix && (key > startAfter || (isFolder && startAfter.startsWith(key)))
  }
  const keys = (await entriesOf(join(root, folder)))
    .filter(entry => !entry.name.startsWith('.'))
    .map(entry => `${folder}${entry.name}${entry.isDirectory() ? '/' : ''}`)
    .filter(mayHold)
    .sort()
  for (const key of keys) {
    if (key.endsWith('/')) yield* keysBelow(root, key, prefix, startAfter)
    else yield key
  }
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    if (isAbsent(error)) return []
    throw error
  }
}

async function describeFile(root: string, key: string): Promise<ListedObject | undefined> {
  try {
    const found = await stat(join(root, key))
    return { key, sizeBytes: found.size, modifiedMicros: Math.round(found.mtimeMs * 1000) }
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw error
  }
}
