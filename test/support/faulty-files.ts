import files, { type FileHandle } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'

const changes = ['mkdir', 'link', 'rename', 'unlink', 'rmdir'] as const
const reads = ['readdir', 'stat'] as const
type Verb = (typeof changes)[number] | (typeof reads)[number] | 'open'

interface Trouble {
  readonly verbs: readonly Verb[]
  /** Which files can no longer be opened; `none`: those that are written run into it later. */
  readonly opens: 'none' | 'written' | 'all'
}

/** What a directory may do to a process, and which calls it strikes. */
export const troubles = {
  ENOSPC: { verbs: ['mkdir'], opens: 'none' },
  EROFS: { verbs: changes, opens: 'written' },
  EACCES: { verbs: [...changes, ...reads], opens: 'all' },
  EMFILE: { verbs: ['readdir'], opens: 'all' },
} as const satisfies Record<string, Trouble>

export type TroubleCode = keyof typeof troubles

/**
 * From now on file calls below the directory fail as they do with this code, in this process;
 * returns what ends that. Root may do everything and a disk is not easily filled, so the calls
 * themselves are replaced.
 */
export function troubleFiles(code: TroubleCode, directory: string): () => void {
  const { verbs, opens }: Trouble = troubles[code]
  const original = { ...files }
  const fault = () => Object.assign(new Error(`${code}: as if`), { code })
  const isStruck = (path: unknown) => String(path).startsWith(directory)
  for (const verb of verbs) {
    const real = files[verb] as (...given: unknown[]) => Promise<unknown>
    const struck = async (...given: unknown[]) => {
      if (isStruck(given[0])) throw fault()
      return await real(...given)
    }
    Object.assign(files, { [verb]: struck })
  }
  const open = async (path: string, flags: string) => {
    const isWritten = flags !== 'r'
    const fails = opens === 'all' || (opens === 'written' && isWritten)
    if (isStruck(path) && fails) throw fault()
    const file = await original.open(path, flags)
    return isStruck(path) && isWritten ? full(file, fault) : file
  }
  Object.assign(files, { open })
  syncBuiltinESMExports()
  return () => {
    Object.assign(files, original)
    syncBuiltinESMExports()
  }
}

/** Half of what is written finds room. */
function full(file: FileHandle, fault: () => Error): FileHandle {
  const writeFile = file.writeFile.bind(file)
  file.writeFile = async (bytes: unknown) => {
    await writeFile((bytes as Uint8Array).subarray(0, (bytes as Uint8Array).length / 2))
    throw fault()
  }
  return file
}
