import { mkdir, open, readdir, rmdir, stat, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ArchiveError } from '../core/errors.ts'

/** The code of a system error, e.g. `ENOENT`. */
export function systemCode(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code
}

export function isAbsent(error: unknown): boolean {
  const code = systemCode(error)
  return code === 'ENOENT' || code === 'ENOTDIR'
}

const meanings: Record<string, string> = {
  EACCES: 'this user may not do that',
  EDQUOT: 'the disk quota is used up',
  EIO: 'the disk reports an error',
  EISDIR: 'a folder of that name is in the way',
  EMFILE: 'this process has too many files open',
  ENOENT: 'the directory is gone',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a file of that name is where a folder should be',
  ENOTSUP: 'this file system has no hard links, which atomic creation needs',
  EPERM: 'the file system does not permit it (or has no hard links)',
  EROFS: 'the file system is read-only',
}

/** A system error as the archive reports it: what was tried where, and what is in the way. */
export function asUnavailable(error: unknown, attempt: string): ArchiveError {
  if (error instanceof ArchiveError) return error
  const code = systemCode(error)
  const meaning = (code && meanings[code]) ?? (error as Error).message
  const suffix = code ? ` (${code})` : ''
  return new ArchiveError('unavailable', `${attempt}: ${meaning}${suffix}`, { cause: error })
}

/**
 * Writes a new file, stamps it with the time and brings it to the disk; its entry is not yet
 * durable.
 */
export async function writeDurably(
  path: string,
  bytes: Uint8Array,
  modifiedMicros: number,
): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(bytes)
    await file.utimes(modifiedMicros / 1e6, modifiedMicros / 1e6)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Makes what the folder holds durable. A folder that is gone holds nothing. */
export async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  } catch (error) {
    if (!isAbsent(error)) throw error
  }
}

/** The folders from the one that holds `path` up to `root`. */
export function foldersAbove(path: string, root: string): string[] {
  const folders: string[] = []
  for (let folder = dirname(path); folder.length > root.length; folder = dirname(folder)) {
    folders.push(folder)
  }
  return [...folders, root]
}

/** Makes a folder and those above it, all durable. */
export async function makeFolderDurably(path: string): Promise<void> {
  try {
    await makeFolder(path)
  } catch (error) {
    // mkdir's own recursion never ends where a file system says ENOENT for no, as /proc does.
    if (systemCode(error) !== 'ENOENT') throw error
    await makeFolderDurably(dirname(path))
    await makeFolder(path)
  }
  await syncFolder(dirname(path))
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path)
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error
  }
}

/** Removes a folder if it is empty and says whether it is gone. */
export async function removeIfEmpty(path: string): Promise<boolean> {
  try {
    await rmdir(path)
    return true
  } catch (error) {
    if (isAbsent(error)) return true
    const code = systemCode(error)
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'EBUSY') return false
    throw error
  }
}

/** Deletes a file; one that is not there is deleted. */
export async function unlinkIfThere(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (error) {
    if (!isAbsent(error)) throw error
  }
}

/** Deletes the files of a folder that nobody touched since then. */
export async function sweepFolder(path: string, beforeMicros: number): Promise<void> {
  for (const name of await readdir(path)) {
    const file = join(path, name)
    const found = await stat(file).catch(error => {
      if (isAbsent(error)) return undefined
      throw error
    })
    if (found && found.mtimeMs * 1000 < beforeMicros) await unlinkIfThere(file)
  }
}
