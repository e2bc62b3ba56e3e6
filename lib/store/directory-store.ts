import { type FileHandle, link, mkdir, open, rename, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Clock } from '../core/clock.ts'
import { ArchiveError } from '../core/errors.ts'
import type { Random } from '../core/random.ts'
import { storeLimits } from '../core/store-limits.ts'
import { assertByteRange, rangeWithin } from './byte-range.ts'
import {
  asUnavailable,
  foldersAbove,
  isAbsent,
  makeFolderDurably,
  removeIfEmpty,
  sweepFolder,
  syncFolder,
  systemCode,
  unlinkIfThere,
  writeDurably,
} from './directory-files.ts'
import { listFiles } from './directory-listing.ts'
import { takeLock } from './directory-lock.ts'
import { assertKeyPrefix, assertObjectKey } from './object-key.ts'
import type { GetOptions, Listing, ListOptions, PutResult, Store, StoredObject } from './store.ts'

/**
 * Folder of the store's own files: `temporary/`, written before they get their name, and `lock`.
 */
const privateFolder = '.varve'
const linkAttemptsMax = 100

/**
 * A store in a directory, for any number of processes at once. An object is a plain file at its
 * key. Creation is link(2), replacement is lock + rename; both on disk before the answer, so that a
 * process or a machine that stops at any point leaves every object old or new, and whole. The etag
 * is size and time of the file; under the lock the time only grows.
 */
export class DirectoryStore implements Store {
  readonly url: string
  readonly #root: string
  readonly #clock: Clock
  readonly #random: Random
  /** Once the directory was there, its absence is a failure and not an empty store. */
  #wasThere = false
  #ready: Promise<void> | undefined

  constructor(directory: string, given: { readonly clock: Clock; readonly random: Random }) {
    this.url = `file:${directory}`
    this.#root = resolve(directory)
    this.#clock = given.clock
    this.#random = given.random
  }

  async get(key: string, options: GetOptions = {}): Promise<StoredObject | undefined> {
    options.signal?.throwIfAborted()
    assertObjectKey(key)
    assertByteRange(options.range)
    let file: FileHandle | undefined
    try {
      file = await open(this.#pathOf(key), 'r')
      const found = await file.stat({ bigint: true })
      const sizeBytes = Number(found.size)
      const { start, end } = rangeWithin(options.range, sizeBytes)
      const bytes = await readFully(file, start, end)
      return { bytes, etag: etagOf(found), sizeBytes }
    } catch (error) {
      if (!isAbsent(error) && systemCode(error) !== 'EISDIR') throw this.#failed('read', key, error)
      await this.#assertThere()
      return undefined
    } finally {
      await file?.close()
    }
  }

  async getIfChanged(key: string, etag: string): Promise<StoredObject | 'unchanged' | undefined> {
    assertObjectKey(key)
    const found = await this.#statOf(key)
    return found && etagOf(found) === etag ? 'unchanged' : this.get(key)
  }

  async create(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<PutResult> {
    signal?.throwIfAborted()
    assertObjectKey(key)
    const temporary = this.#temporaryPath()
    try {
      await this.#prepare()
      await writeDurably(temporary, bytes, this.#clock.nowMicros())
      const etag = etagOf(await stat(temporary, { bigint: true }))
      const isNew = await this.#linkTo(temporary, key)
      // Also before `refused`: who hears that the object exists may count on it to stay.
      const cause = await this.#syncAbove(key)
      if (cause) return { outcome: 'unknown', cause }
      const storeTimeMicros = this.#clock.nowMicros()
      return isNew
        ? { outcome: 'stored', etag, storeTimeMicros }
        : { outcome: 'refused', storeTimeMicros }
    } catch (error) {
      this.#ready = undefined
      throw this.#failed('create', key, error)
    } finally {
      await unlinkIfThere(temporary).catch(() => undefined) // swept later
    }
  }

  async replace(
    key: string,
    bytes: Uint8Array,
    etag: string,
    signal?: AbortSignal,
  ): Promise<PutResult> {
    signal?.throwIfAborted()
    assertObjectKey(key)
    try {
      await this.#prepare()
      const given = { clock: this.#clock, random: this.#random }
      const lock = await takeLock(join(this.#root, privateFolder, 'lock'), given)
      if (!lock) return { outcome: 'busy', storeTimeMicros: this.#clock.nowMicros() }
      try {
        return await this.#replaceLocked(key, bytes, etag)
      } finally {
        lock.release()
      }
    } catch (error) {
      this.#ready = undefined
      throw this.#failed('replace', key, error)
    }
  }

  async list(prefix: string, options: ListOptions = {}): Promise<Listing> {
    options.signal?.throwIfAborted()
    assertKeyPrefix(prefix)
    const storeTimeMicros = this.#clock.nowMicros()
    try {
      const page = await listFiles(this.#root, prefix, options)
      if (page.objects.length === 0) await this.#assertThere()
      return { ...page, storeTimeMicros }
    } catch (error) {
      throw this.#failed('list', prefix, error)
    }
  }

  async delete(keys: readonly string[]): Promise<void> {
    for (const key of keys) assertObjectKey(key)
    const folders = new Set<string>()
    for (let start = 0; start < keys.length; start += storeLimits.fileConcurrency) {
      const group = keys.slice(start, start + storeLimits.fileConcurrency)
      await Promise.all(
        group.map(key =>
          unlinkIfThere(this.#pathOf(key)).catch(error => {
            throw this.#failed('delete', key, error)
          }),
        ),
      )
      for (const key of group) folders.add(dirname(this.#pathOf(key)))
    }
    await this.#assertThere()
    for (const folder of folders) await this.#tidyFolder(folder)
  }

  async #replaceLocked(key: string, bytes: Uint8Array, etag: string): Promise<PutResult> {
    const old = await this.#statOf(key)
    if (!old) return { outcome: 'missing', storeTimeMicros: this.#clock.nowMicros() }
    if (etagOf(old) !== etag) {
      const cause = await this.#syncAbove(key)
      if (cause) return { outcome: 'unknown', cause }
      return { outcome: 'refused', storeTimeMicros: this.#clock.nowMicros() }
    }
    const temporary = this.#temporaryPath()
    try {
      const modified = await this.#writeNewer(temporary, bytes, old.mtimeNs)
      await rename(temporary, this.#pathOf(key))
      const cause = await this.#syncAbove(key)
      if (cause) return { outcome: 'unknown', cause }
      return { outcome: 'stored', etag: modified, storeTimeMicros: this.#clock.nowMicros() }
    } finally {
      await unlinkIfThere(temporary).catch(() => undefined) // swept later
    }
  }

  /** Writes the file with a later time than the old one and returns its etag. */
  async #writeNewer(path: string, bytes: Uint8Array, oldNanos: bigint): Promise<string> {
    const oldMicros = Number(oldNanos / 1000n)
    // Steps grow to 4 s, because some file systems keep time no finer than that.
    for (let step = 2; step <= 4_194_304; step *= 8) {
      await writeDurably(path, bytes, Math.max(this.#clock.nowMicros(), oldMicros + step))
      const written = await stat(path, { bigint: true })
      if (written.mtimeNs > oldNanos) return etagOf(written)
      await unlinkIfThere(path)
    }
    throw new ArchiveError('unavailable', `${this.url}: the file system keeps no times of files`)
  }

  /** Gives the file its name; false when the name is taken. */
  async #linkTo(temporary: string, key: string): Promise<boolean> {
    const path = this.#pathOf(key)
    for (let attempt = 1; ; attempt++) {
      try {
        // Made durable with the name: see #syncAbove.
        if (attempt > 1) await mkdir(dirname(path), { recursive: true })
        await link(temporary, path)
        return true
      } catch (error) {
        if (systemCode(error) === 'EEXIST') return false
        // The folder is not there yet, or a delete has just removed it as empty.
        if (systemCode(error) !== 'ENOENT' || attempt === linkAttemptsMax) throw error
        await this.#assertThere()
      }
    }
  }

  /** Brings the object's name to the disk; returns why it could not. */
  async #syncAbove(key: string): Promise<unknown> {
    try {
      await Promise.all(foldersAbove(this.#pathOf(key), this.#root).map(syncFolder))
      return undefined
    } catch (error) {
      return this.#failed('secure', key, error)
    }
  }

  async #tidyFolder(folder: string): Promise<void> {
    for (const each of foldersAbove(join(folder, 'x'), this.#root)) {
      if (each !== this.#root && (await removeIfEmpty(each))) continue
      await syncFolder(each)
      return
    }
  }

  /** Before the first write: the store's own folder, free of what dead processes left. */
  #prepare(): Promise<void> {
    this.#ready ??= this.#makeReady().catch(error => {
      this.#ready = undefined
      throw error
    })
    return this.#ready
  }

  async #makeReady(): Promise<void> {
    const temporary = join(this.#root, privateFolder, 'temporary')
    await this.#assertThere()
    await makeFolderDurably(temporary)
    this.#wasThere = true
    const limitMicros = storeLimits.temporaryFileMillisMax * 1000
    await sweepFolder(temporary, this.#clock.nowMicros() - limitMicros)
  }

  /** Throws when the directory was there and is not any more. */
  async #assertThere(): Promise<void> {
    try {
      await stat(join(this.#root, privateFolder))
      this.#wasThere = true
    } catch (error) {
      if (this.#wasThere || !isAbsent(error)) throw this.#failed('find', privateFolder, error)
    }
  }

  async #statOf(key: string) {
    try {
      return await stat(this.#pathOf(key), { bigint: true })
    } catch (error) {
      if (!isAbsent(error)) throw this.#failed('read', key, error)
      await this.#assertThere()
      return undefined
    }
  }

  #temporaryPath(): string {
    const name = Buffer.from(this.#random.bytes(16)).toString('hex')
    return join(this.#root, privateFolder, 'temporary', name)
  }

  #pathOf(key: string): string {
    return join(this.#root, key)
  }

  #failed(verb: string, key: string, error: unknown): ArchiveError {
    return asUnavailable(error, `${this.url}: cannot ${verb} ${JSON.stringify(key)}`)
  }
}

function etagOf(found: { readonly mtimeNs: bigint; readonly size: bigint }): string {
  return `"${found.mtimeNs.toString(36)}-${found.size.toString(36)}"`
}

async function readFully(file: FileHandle, start: number, end: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(end - start)
  let filled = 0
  while (filled < bytes.length) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, start + filled)
    if (bytesRead === 0) return bytes.subarray(0, filled)
    filled += bytesRead
  }
  return bytes
}
