import { pause, type Workplace } from '../catalog/commit.ts'
import type { ObjectRef } from '../catalog/references.ts'
import { ArchiveError } from '../core/errors.ts'
import type { Store } from '../store/store.ts'
import { faultOfObject } from './object-fault.ts'
import { withRoom } from './with-room.ts'

/** An object that is not what was written, or not there at all; which one, and what is wrong. */
export interface LackingObject {
  readonly key: string
  readonly reason: string
}

/** How far copying has come. */
export interface CopyProgress {
  /** Objects looked at, those that were there already among them. */
  readonly objects: number
  readonly copiedObjects: number
  readonly copiedBytes: number
}

export interface CopierOptions {
  /** What lies at the destination: keys and sizes. What is copied is added. */
  readonly there: Map<string, number>
  /** Of these the copies are not good: they are copied again. */
  readonly again?: ReadonlySet<string>
  readonly signal?: AbortSignal | undefined
  readonly progress?: ((progress: CopyProgress) => void) | undefined
}

/** A damaged answer is asked for again: the object itself may be whole. */
const readsMax = 3

/**
 * Copies immutable objects from one store to another under their names. Each is verified on its way
 * by the checksums of its own format; one that is damaged is copied as it is, for what is whole of
 * it is worth having, and named.
 */
export class Copier {
  readonly #damaged = new Map<string, string>()
  #objects = 0
  #copiedObjects = 0
  #copiedBytes = 0
  readonly #from: Store
  readonly #to: Store
  readonly #place: Workplace
  readonly #options: CopierOptions

  constructor(from: Store, to: Store, place: Workplace, options: CopierOptions) {
    this.#from = from
    this.#to = to
    this.#place = place
    this.#options = options
  }

  /** What was copied though it is not what was written. */
  get damaged(): LackingObject[] {
    return Array.from(this.#damaged, ([key, reason]) => ({ key, reason }))
  }

  get progress(): CopyProgress {
    const [objects, copiedObjects] = [this.#objects, this.#copiedObjects]
    return { objects, copiedObjects, copiedBytes: this.#copiedBytes }
  }

  /** Copies what is not there yet. Returns the keys of those that their own store has not. */
  async copy(objects: Iterable<ObjectRef>): Promise<string[]> {
    const { settings } = this.#place
    const gone: string[] = []
    const room = { count: settings.copyConcurrency, bytes: settings.copyAheadBytes }
    const bytesOf = ({ sizeBytes = settings.indexPartBytes }: ObjectRef) => sizeBytes
    await withRoom(this.#absent(objects), room, bytesOf, async ref => {
      this.#options.signal?.throwIfAborted()
      const bytes = await this.#read(ref)
      if (bytes) await this.put(ref.key, bytes)
      else gone.push(ref.key)
    })
    return gone
  }

  /** The bytes of an object, verified and, if they are not there yet, copied. */
  async copyAndRead(ref: ObjectRef): Promise<Buffer | undefined> {
    const isThere = this.#isThere(ref)
    const bytes = await this.#read(ref)
    if (bytes && !isThere) await this.put(ref.key, bytes)
    return bytes
  }

  /** Puts an object. Not `isNew`: there may be another of its name, which is replaced. */
  async put(key: string, bytes: Buffer, isNew = true): Promise<void> {
    const { there, again, progress } = this.#options
    const isOther = (there.get(key) ?? bytes.length) !== bytes.length
    const mayDiffer = !isNew || isOther || (again?.has(key) ?? false)
    await putObject(this.#place, this.#to, key, bytes, mayDiffer)
    there.set(key, bytes.length)
    this.#copiedObjects++
    this.#copiedBytes += bytes.length
    progress?.(this.progress)
  }

  /** Names an object that is not what was written. */
  note({ key, reason }: LackingObject): void {
    this.#damaged.set(key, reason)
  }

  *#absent(objects: Iterable<ObjectRef>): Generator<ObjectRef> {
    for (const ref of objects) {
      this.#objects++
      if (!this.#isThere(ref)) yield ref
    }
  }

  #isThere({ key, sizeBytes }: ObjectRef): boolean {
    const { there, again } = this.#options
    const foundBytes = again?.has(key) ? undefined : there.get(key)
    return foundBytes !== undefined && foundBytes === (sizeBytes ?? foundBytes)
  }

  async #read(ref: ObjectRef): Promise<Buffer | undefined> {
    for (let reads = 1; ; reads++) {
      const bytes = await readObject(this.#from, ref.key, this.#place.settings.mergedRangeBytesMax)
      const reason = bytes && faultOfObject(ref, bytes)
      if (!reason) return bytes
      if (reads < readsMax) continue
      this.note({ key: ref.key, reason })
      return bytes
    }
  }
}

/** An object of any size, in parts of at most so many bytes. */
async function readObject(
  store: Store,
  key: string,
  partBytes: number,
): Promise<Buffer | undefined> {
  const parts: Buffer[] = []
  let start = 0
  for (;;) {
    const part = await store.get(key, { range: { start, end: start + partBytes } })
    if (!part) return undefined
    parts.push(part.bytes)
    start += part.bytes.length
    if (start >= part.sizeBytes || part.bytes.length === 0) break
  }
  return parts.length === 1 ? parts[0] : Buffer.concat(parts)
}

/** Creates the object; one of that name that differs is replaced when it may be damaged. */
async function putObject(
  place: Workplace,
  store: Store,
  key: string,
  bytes: Buffer,
  mayDiffer: boolean,
): Promise<void> {
  for (let attempt = 0; attempt < place.settings.putAttemptsMax; attempt++) {
    const old = mayDiffer ? await store.get(key) : undefined
    if (old?.bytes.equals(bytes)) return
    const put = old ? store.replace(key, bytes, old.etag) : store.create(key, bytes)
    const { outcome } = await put
    if (outcome === 'stored') return
    if (outcome === 'refused' && !mayDiffer) return
    await pause(place, attempt)
  }
  throw new ArchiveError('unavailable', `${store.url} did not confirm ${key}`)
}
