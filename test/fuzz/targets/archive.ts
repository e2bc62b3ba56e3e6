import { crc32 } from 'node:zlib'
import { encodeFooter } from '../../../lib/bucket/footer.ts'
import { openBucket, readFrame } from '../../../lib/bucket/reader.ts'
import { unwrap, wrap } from '../../../lib/bytes/envelope.ts'
import { compressFrame } from '../../../lib/bytes/zstd.ts'
import { checksumOf } from '../../../lib/index/term-page.ts'
import { createReader, type Reader } from '../../../lib/read/reader.ts'
import { catalogKey, isRecordKey, ownerOfBucket, ownerOfIndex } from '../../../lib/store/keys.ts'
import { listAll, type Store } from '../../../lib/store/store.ts'
import type { Dice } from '../../oracle/dice.ts'
import { answering } from '../../support/damaged-store.ts'
import { makePlace } from '../../support/workplace.ts'
import { mutateBytes } from '../mutate/mutate-bytes.ts'
import { mutateJson } from '../mutate/mutate-json.ts'
import { makeSampleArchive } from '../sample-archive.ts'
import { attemptedLater, type Target } from '../target.ts'

const limitBytes = 2 ** 24

/** Whole archives of which one object has right checksums and wrong contents, asked anything. */
export const target: Target = {
  prepare: async () => {
    const { store } = await makeSampleArchive()
    const keys = (await Array.fromAsync(listAll(store, ''))).map(({ key }) => key)
    const place = makePlace()
    return async dice => {
      const key = dice.pick([...keys, catalogKey, catalogKey])
      const bytes = (await store.get(key))!.bytes
      const reader = createReader({ ...place, store: instead(store, key, lie(key, bytes, dice)) })
      return attemptedLater(['corrupt', 'unavailable', 'missing'], () => ask(reader, dice))
    }
  },
}

/** The store, with other bytes at this key. */
function instead(store: Store, key: string, bytes: Buffer): Store {
  const plain = answering(store, key, () => bytes)
  return {
    ...plain,
    get: async (asked, options) => {
      const found = await store.get(asked)
      if (!found || asked !== key) return store.get(asked, options)
      const { range } = options ?? {}
      const part = !range
        ? bytes
        : 'start' in range
          ? bytes.subarray(range.start, range.end)
          : bytes.subarray(Math.max(0, bytes.length - range.suffixBytes))
      return { ...found, bytes: part, sizeBytes: bytes.length }
    },
  }
}

function lie(key: string, bytes: Buffer, dice: Dice): Buffer {
  if (key === catalogKey || key.startsWith('manifests/') || isRecordKey(key)) {
    const content: unknown = JSON.parse(unwrap(bytes, key, limitBytes).toString())
    return wrap(Buffer.from(JSON.stringify(mutateJson(content, dice)) ?? ''))
  }
  if (key.startsWith('absorbed/')) return wrap(mutateBytes(unwrap(bytes, key, limitBytes), dice))
  if (key.endsWith('-fields')) return lyingSummary(bytes, dice)
  if (key.startsWith('index/')) return lyingIndex(key, bytes, dice)
  return lyingBucket(key, bytes, dice)
}

/** Its last envelope is the head. */
function lyingSummary(bytes: Buffer, dice: Dice): Buffer {
  const start = bytes.lastIndexOf(Buffer.from([0x57, 0x2a, 0x4d, 0x18]))
  const head = wrap(mutateBytes(unwrap(bytes.subarray(start), 'head', limitBytes), dice))
  return Buffer.concat([bytes.subarray(0, start), head])
}

function lyingIndex(key: string, bytes: Buffer, dice: Dice): Buffer {
  const changed = mutateBytes(bytes, dice)
  // The only page of a small index begins it; where it ends, the catalog knows.
  for (const end of [changed.length, bytes.indexOf('{"owner"')]) {
    if (end < 16 || end > changed.length) continue
    changed.writeUInt32LE(checksumOf(ownerOfIndex(key), 0, changed.subarray(4, end)), 0)
  }
  return changed
}

/** Its lines, or what its directory says of them, are others. */
function lyingBucket(key: string, bytes: Buffer, dice: Dice): Buffer {
  const directory = openBucket(bytes, ownerOfBucket(key))
  const parts: Buffer[] = []
  let startByte = 0
  const frames = directory.frames.map(frame => {
    const stored = bytes.subarray(frame.startByte, frame.startByte + frame.sizeBytes)
    const raw = mutateBytes(readFrame(stored, frame), dice)
    const part = compressFrame(raw, 1)
    parts.push(part)
    const rewritten = { sizeBytes: part.length, rawBytes: raw.length, checksum: crc32(part) }
    const entry = { ...frame, ...rewritten, startByte }
    startByte += part.length
    return entry
  })
  const rawBytes = frames.reduce((sum, frame) => sum + frame.rawBytes, 0)
  const honest = { ...directory, frames, rawBytes }
  try {
    const said = dice.chance(0.5) ? honest : mutateJson(honest, dice)
    return Buffer.concat([...parts, encodeFooter(said)])
  } catch {
    // Numbers and texts that the format has no room for.
    return Buffer.concat([...parts, encodeFooter(honest)])
  }
}

const queries = ['', 'error', 'level:error', 'ip:10.0.0.0/8', 'n:>5', 'NOT message:took', 'a.b:1']

async function ask(reader: Reader, dice: Dice): Promise<void> {
  const query = dice.pick(queries)
  const stream = dice.pick([undefined, undefined, 'app', 'ssh/*'])
  const selection = { query, ...(stream !== undefined && { stream }) }
  await dice.pick<() => Promise<unknown>>([
    async () => {
      for await (const hit of reader.search({ ...selection, order: dice.pick(['asc', 'desc']) })) {
        void hit
      }
    },
    () => reader.count(selection),
    () => reader.histogram({ ...selection, interval: 'hour' }),
    () => reader.values({ ...selection, field: 'level' }),
    () => reader.fields(selection),
    () => reader.hours(selection),
    () => reader.streams({}),
    () => reader.terms({ term: 'error' }),
    () => reader.context({ id: 'id-3', before: 2, after: 2 }),
    () => reader.explain({ ...selection, question: 'search' }),
  ])()
}
