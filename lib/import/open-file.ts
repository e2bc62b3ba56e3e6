import { createHash, type Hash } from 'node:crypto'
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { ArchiveError } from '../core/errors.ts'
import type { ImportSource } from './import-file.ts'

/** An open file; close it, also when the import fails. */
export interface OpenedFile extends ImportSource, AsyncDisposable {}

const chunkBytes = 256 * 1024

/**
 * Opens a file for import and hashes it. `-` is `standardInput`, which is written to a temporary
 * file first, because its content must be known before it is stored. Throws `missing` or
 * `invalid`.
 */
export async function openFile(
  path: string,
  standardInput: AsyncIterable<Buffer>,
): Promise<OpenedFile> {
  if (path === '-') return spool(standardInput)
  const file = await openForReading(path)
  try {
    if (!(await file.stat()).isFile()) {
      throw new ArchiveError('invalid', `${path} is not a file; name the files in it`)
    }
    return await hashed(basename(path), file, () => file.close())
  } catch (error) {
    await file.close()
    throw error
  }
}

async function openForReading(path: string): Promise<FileHandle> {
  try {
    return await open(path)
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new ArchiveError('missing', `there is no file ${path}`, { cause })
    throw new ArchiveError('invalid', `${path} cannot be opened: ${message}`, { cause })
  }
}

async function spool(standardInput: AsyncIterable<Buffer>): Promise<OpenedFile> {
  const folder = await mkdtemp(join(tmpdir(), 'varve-import-'))
  const remove = () => rm(folder, { recursive: true, force: true })
  try {
    const file = await open(join(folder, 'input'), 'wx+', 0o600)
    const close = async () => {
      await file.close()
      await remove()
    }
    for await (const chunk of standardInput) await file.writeFile(chunk)
    return await hashed('-', file, close)
  } catch (error) {
    await remove()
    throw error
  }
}

async function hashed(
  name: string,
  file: FileHandle,
  close: () => Promise<void>,
): Promise<OpenedFile> {
  const hash = createHash('sha256')
  let sizeBytes = 0
  for await (const chunk of chunksOf(file, Number.MAX_SAFE_INTEGER)) {
    hash.update(chunk)
    sizeBytes += chunk.length
  }
  const contentHash = hash.digest('hex')
  return {
    name,
    sizeBytes,
    contentHash,
    chunks: () => unchanged(name, chunksOf(file, sizeBytes), createHash('sha256'), contentHash),
    [Symbol.asyncDispose]: close,
  }
}

/** The chunks again; throws `conflict` at their end when they are not the ones that were hashed. */
async function* unchanged(
  name: string,
  chunks: AsyncIterable<Buffer>,
  hash: Hash,
  contentHash: string,
): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    hash.update(chunk)
    yield chunk
  }
  if (hash.digest('hex') === contentHash) return
  throw new ArchiveError('conflict', `${name} changed while it was imported: import it again`)
}

/** The first `sizeBytes` of a file, or what there is. */
async function* chunksOf(file: FileHandle, sizeBytes: number): AsyncGenerator<Buffer> {
  let position = 0
  while (position < sizeBytes) {
    const wanted = Math.min(chunkBytes, sizeBytes - position)
    const buffer = Buffer.allocUnsafe(wanted)
    const { bytesRead } = await file.read(buffer, 0, wanted, position)
    if (bytesRead === 0) return
    position += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}
