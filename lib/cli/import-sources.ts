import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ArchiveError } from '../core/errors.ts'

const filesMax = 100_000

/**
 * The files that the arguments name: `-` and files as they are, of a folder every file below it
 * by name, without hidden ones. Throws `missing` for a path that is not there, before anything is
 * imported.
 */
export async function importSources(paths: readonly string[]): Promise<readonly string[]> {
  const files: string[] = []
  for (const path of paths) {
    if (path === '-') files.push(path)
    else await addPath(path, files)
  }
  if (files.length === 0) {
    throw new ArchiveError('missing', `there is no file in ${paths.join(', ')}`)
  }
  return files
}

async function addPath(path: string, files: string[]): Promise<void> {
  const found = await lookAt(path)
  if (found.isDirectory()) {
    const names = (await readdir(path)).filter(name => !name.startsWith('.')).sort()
    for (const name of names) await addPath(join(path, name), files)
    return
  }
  if (files.length >= filesMax) {
    throw new ArchiveError('too-large', `more than ${filesMax} files; import them in parts`)
  }
  files.push(path)
}

async function lookAt(path: string) {
  try {
    return await stat(path)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT') throw new ArchiveError('missing', `there is no file ${path}`)
    throw new ArchiveError('unavailable', `cannot look at ${path}: ${code}`, { cause: error })
  }
}
