import { readFile } from 'node:fs/promises'
import { type KeyEntry, parseKeyList } from '../access/key-list.ts'
import { ArchiveError } from '../core/errors.ts'

/** The API keys of a file; `undefined` when there is no such file. */
export async function keysIn(file: string): Promise<readonly KeyEntry[] | undefined> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw new ArchiveError('unavailable', `cannot read ${file}: ${code}`, { cause })
  }
  try {
    return parseKeyList(text)
  } catch (cause) {
    throw new ArchiveError('invalid', `${file}: ${(cause as Error).message}`, { cause })
  }
}
