import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { zstdDecompressSync } from 'node:zlib'
import { Member } from '../../lib/brigade/member.ts'
import { openBucket } from '../../lib/bucket/reader.ts'
import { logPolicy } from '../../lib/core/policy.ts'
import { formatTime } from '../../lib/core/time.ts'
import { erasureStatus } from '../../lib/mask/erasure-status.ts'
import { putMask } from '../../lib/mask/put-mask.ts'
import { backUp } from '../../lib/operate/backup.ts'
import { driveErasure } from '../../lib/operate/drive-erasure.ts'
import { createReader } from '../../lib/read/reader.ts'
import { isRecordKey, ownerOfBucket } from '../../lib/store/keys.ts'
import { openStore } from '../../lib/store/open-store.ts'
import { listAll, type Store } from '../../lib/store/store.ts'
import { appendBatch, catalogOf, setPolicies } from '../support/brigade-place.ts'
import { makePlace, type TestPlace, testStartMicros } from '../support/workplace.ts'

const hour = 3600e6
const secret = 'zanzibar-7f3a'

/** An archive that has everything: a month's roll-up, a day's, runs and a tail. */
async function fullArchive(store?: Store, parity = false): Promise<TestPlace> {
  const made = makePlace({ rollupPartsMin: 2, sealedCompressionLevel: 1 })
  const place = { ...made, store: store ?? made.store }
  const sizes = { bucketSizeBytes: 64 * 1024, frameSizeBytes: 4096 }
  await setPolicies(place, [{ ...logPolicy, ...sizes, ...(parity && { parity }) }])
  const days = [-70, -69, -68, -3, -2, -1]
  for (const [i, day] of [...days, 0].entries()) {
    for (let at = 0; at < 4; at++) {
      const micros = testStartMicros + day * 24 * hour + at * hour
      await appendBatch(place, linesFrom(micros, i))
    }
    place.clock.advance(1000)
    if (day < 0) await new Member(place).once()
  }
  return place
}

function linesFrom(micros: number, day: number): string[] {
  return Array.from({ length: 200 }, (_, i) => {
    const user = i % 20 === 0 ? secret : `user-${i}`
    const noise = `${day}-${i}-`.padEnd(300, String.fromCharCode(97 + (i % 26)))
    const ids = i % 20 === 0 ? `"token":"${secret}-token-${day}-${i}",` : `"token":"t-${day}-${i}",`
    return `{"@time":"${formatTime(micros + i * 1e6)}","@stream":"web/${i % 3}","user":"${user}",${ids}"noise":"${noise}"}`
  })
}

/** Objects that hold the text: as they are, or in what any of their zstd frames decodes to. */
async function objectsWith(store: Store, text: string): Promise<string[]> {
  const found: string[] = []
  for await (const { key } of listAll(store, '')) {
    const { bytes } = (await store.get(key))!
    if ([bytes, ...unpacked(bytes)].some(each => each.includes(text))) found.push(key)
  }
  return found
}

function unpacked(bytes: Buffer): Buffer[] {
  const magic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd])
  const parts: Buffer[] = []
  for (let at = bytes.indexOf(magic); at >= 0; at = bytes.indexOf(magic, at + 4)) {
    try {
      parts.push(zstdDecompressSync(bytes.subarray(at)))
    } catch {
      // Bytes that only look like the beginning of a frame.
    }
  }
  return parts
}

async function count(place: TestPlace, query = ''): Promise<number> {
  return (await createReader(place).count({ query })).count
}

test('an erased value is in no answer at once, and in the end in no object', async () => {
  const place = await fullArchive()
  const { rollups, runs } = await catalogOf(place)
  assert.ok(rollups.length > 0, 'nothing was rolled up')
  const [all, erased] = [await count(place), await count(place, `user:${secret}`)]
  assert.ok(erased > 200 && (await objectsWith(place.store, secret)).length > 3)

  await putMask(place, { erasureId: 'e1', selection: { query: `user:${secret}` } })

  assert.deepEqual([await count(place), await count(place, secret)], [all - erased, 0])
  const member = new Member(place)
  await member.once()
  assert.equal((await erasureStatus(place.store, 'e1')).state, 'collecting')
  assert.deepEqual([await count(place), await count(place, secret)], [all - erased, 0])
  place.clock.advance(16 * 60e3)
  await member.once()
  const status = await erasureStatus(place.store, 'e1')
  assert.equal(status.state, 'erased')
  assert.ok(status.certificate!.replaced.count > 3, `${runs.length} runs`)
  assert.deepEqual([await count(place), await count(place, secret)], [all - erased, 0])
  assert.deepEqual(await objectsWith(place.store, secret), [])
  for (const key of status.certificate!.replaced.keys) {
    assert.equal(await place.store.get(key), undefined, key)
  }
})

test('nor does parity keep it: that of every bucket left is of frames that are left', async () => {
  const place = await fullArchive(undefined, true)
  const all = await count(place)
  const erased = await count(place, `user:${secret}`)
  // Parity of a single frame is that frame: the scan reads it like any other.
  assert.ok((await objectsWith(place.store, secret)).length > 3)
  await putMask(place, { erasureId: 'e1', selection: { query: `user:${secret}` } })

  const member = new Member(place)
  await member.once()
  place.clock.advance(16 * 60e3)
  await member.once()

  assert.equal((await erasureStatus(place.store, 'e1')).state, 'erased')
  assert.equal(await count(place), all - erased)
  assert.deepEqual(await objectsWith(place.store, secret), [])
  let groups = 0
  for await (const { key } of listAll(place.store, 'buckets/')) {
    if (isRecordKey(key)) continue
    const { bytes } = (await place.store.get(key))!
    for (const group of openBucket(bytes, ownerOfBucket(key)).parity!) {
      const left = Buffer.from(bytes.subarray(group.startByte, group.startByte + group.sizeBytes))
      for (const frame of group.frames)
        for (let i = 0; i < frame.sizeBytes; i++) left[i]! ^= bytes[frame.startByte + i]!
      assert.ok(
        left.every(byte => byte === 0),
        key,
      )
      groups++
    }
  }
  assert.ok(groups > 3)
})

/** Files that hold the text, as `objectsWith`. */
async function filesWith(folder: string, text: string): Promise<string[]> {
  const found: string[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const bytes = await readFile(path)
    if ([bytes, ...unpacked(bytes)].some(each => each.includes(text))) found.push(path)
  }
  return found
}

test('of an erased value no file is left, nor in backups once another was made', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'varve-erase-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const surroundings = makePlace()
  const backup = await openStore(`file:${join(folder, 'backup')}`, surroundings)
  const place = await fullArchive(await openStore(`file:${join(folder, 'archive')}`, surroundings))
  const selection = { query: `user:${secret}` }
  await backUp(place, backup)
  const before = await filesWith(folder, secret)

  await putMask(place, { erasureId: 'e1', selection })
  const signal = AbortSignal.timeout(600_000)
  const states = new Set<string>()
  const { state, certificate } = await driveErasure(
    place,
    new Member(place),
    'e1',
    signal,
    status => states.add(status.state),
  )
  const between = await filesWith(folder, secret)
  const { dropped } = await backUp(place, backup)

  assert.ok(
    before.some(path => path.includes('archive')),
    'nothing to erase',
  )
  assert.deepEqual([state, [...states]], ['erased', ['collecting', 'erased']])
  assert.ok(certificate!.erasedMicros - certificate!.rewrittenMicros >= 15 * 60e6)
  // What was backed up before stays until the next backup.
  assert.ok(between.length > 0 && between.every(path => path.includes('backup')))
  assert.deepEqual(
    dropped.map(({ because }) => because),
    ['erasure'],
  )
  assert.deepEqual(await filesWith(folder, secret), [])
  assert.equal(await count(place, secret), 0)
})
