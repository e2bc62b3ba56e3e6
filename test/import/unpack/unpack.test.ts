import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { seededRandom } from '../../../lib/core/random.ts'
import { defaultSettings } from '../../../lib/core/settings.ts'
import type { DamageFound } from '../../../lib/import/unpack/damage.ts'
import { unpack } from '../../../lib/import/unpack/unpack.ts'
import { chunked } from '../read-all.ts'
import { tarHeader, tarOf } from './tar-of.ts'

async function unpacked(...chunks: Buffer[]) {
  const found: DamageFound = {}
  const files: { path: readonly string[]; text: string; refused?: string }[] = []
  for await (const file of unpack(['f'], chunked(chunks), defaultSettings, found)) {
    const parts: Buffer[] = []
    for await (const chunk of file.chunks) parts.push(chunk)
    const text = Buffer.concat(parts).toString()
    files.push({ path: file.path, text, ...(file.refused && { refused: file.refused.message }) })
  }
  return { files, damage: found.error?.message }
}

const textOf = async (...chunks: Buffer[]) => (await unpacked(...chunks)).files[0]?.text
const lines = (count: number) => Array.from({ length: count }, (_, i) => `line ${i}\n`).join('')

test('every member of a gzip file is read, also when a member ends with a chunk', async () => {
  const members = [gzipSync('one\n'), gzipSync(''), gzipSync('two\n'), gzipSync('three\n')]

  assert.equal(await textOf(Buffer.concat(members)), 'one\ntwo\nthree\n')
  assert.equal(await textOf(...members), 'one\ntwo\nthree\n')
})

test('zeros after a gzip file are padding, anything else is damage with its offset', async () => {
  const member = gzipSync('one\n')

  const padded = await unpacked(Buffer.concat([member, Buffer.alloc(100)]))
  const followed = await unpacked(Buffer.concat([member, Buffer.from('text')]))

  assert.deepEqual(padded, { files: [{ path: ['f'], text: 'one\n' }], damage: undefined })
  assert.equal(followed.files[0]?.text, 'one\n')
  assert.match(followed.damage!, /^f at byte \d+: gzip: /)
})

test('a gzip file cut anywhere gives what is before the cut and says where it ends', async () => {
  const whole = Buffer.concat([gzipSync(lines(50)), gzipSync(lines(50))])
  const expected = lines(50) + lines(50)
  const memberEnd = gzipSync(lines(50)).length
  let longest = 0

  for (let length = 2; length < whole.length; length++) {
    const { files, damage } = await unpacked(whole.subarray(0, length))
    const text = files[0]!.text
    assert.ok(expected.startsWith(text))
    assert.ok(text.length >= longest)
    longest = text.length
    if (length === memberEnd) assert.equal(damage, undefined)
    else if (length === memberEnd + 1)
      assert.match(damage!, /^f at byte \d+: gzip: no member begins/)
    else assert.equal(damage, `f at byte ${length}: gzip: the file ends in the middle of a member`)
  }
  assert.equal(longest, expected.length)
})

test('a gzip file with a flipped bit is read up to there, with the offset', async () => {
  const first = gzipSync(lines(1000))
  const second = gzipSync(lines(1000))
  second[second.length - 6]! ^= 1

  const { files, damage } = await unpacked(Buffer.concat([first, second]))

  assert.equal(files[0]!.text, lines(1000) + lines(1000))
  assert.match(damage!, /^f at byte \d+: gzip: the checksum of the member before is wrong$/)
})

test('gzip data that cannot be decoded loses at most 16 KiB of what is before it', async () => {
  const expected = lines(30_000)
  const bytes = gzipSync(expected)
  bytes.set(seededRandom(7).bytes(1000), 40_000)

  const { files, damage } = await unpacked(bytes)

  const text = files[0]!.text
  const right = [...text].findIndex((letter, at) => letter !== expected[at])
  assert.match(damage!, /^f at byte (39|40)\d{3}: gzip: /)
  assert.ok((right < 0 ? text.length : right) > (expected.length * 40_000) / bytes.length - 32_768)
})

test('every frame of a zstd file is read, skippable ones are passed over', async () => {
  const skippable = Buffer.from('502a4d1805000000aabbccddee', 'hex')
  const frames = [
    skippable,
    zstdCompressSync('one\n'),
    zstdCompressSync(lines(40_000)),
    skippable,
    zstdCompressSync(''),
    zstdCompressSync(Buffer.alloc(300_000, 0x61)),
    skippable,
  ]
  const expected = `one\n${lines(40_000)}${'a'.repeat(300_000)}`

  assert.equal(await textOf(Buffer.concat(frames)), expected)
  assert.equal(await textOf(...frames), expected)
})

test('zstd frames without content size, with and without checksum, are read', async () => {
  // Made by `zstd --no-content-size`: a raw block "abc" and a run-length block of five "x".
  const header = '28b52ffd'
  const raw = Buffer.from(`${header}0058190000616263`, 'hex')
  const run = Buffer.from(`${header}00582b000078`, 'hex')

  assert.equal(await textOf(Buffer.concat([raw, run, raw])), 'abcxxxxxabc')
})

test('a zstd file cut anywhere gives what is before the cut and says where it ends', async () => {
  const first = zstdCompressSync(lines(50))
  const whole = Buffer.concat([first, zstdCompressSync(lines(50))])

  for (let length = 4; length < whole.length; length++) {
    const { files, damage } = await unpacked(whole.subarray(0, length))
    assert.ok((lines(50) + lines(50)).startsWith(files[0]!.text))
    if (length >= first.length) assert.ok(files[0]!.text.startsWith(lines(50)))
    if (length === first.length) assert.equal(damage, undefined)
    else assert.match(damage!, /^f at byte \d+: zstd: /)
  }
})

test('a zstd frame with a flipped bit is damage, frames before it are read', async () => {
  const flipped = zstdCompressSync(lines(50), { params: { 201: 1 } })
  flipped[flipped.length - 1]! ^= 1

  const { files, damage } = await unpacked(zstdCompressSync('one\n'), flipped)

  assert.ok(files[0]!.text.startsWith('one\n'))
  assert.match(damage!, /^f at byte 13: zstd: /)
})

test('the members of a tar file are files, whatever is around and in them', async () => {
  const inner = tarOf({ 'x.log': lines(3) })
  const tar = tarOf({
    './a/one.log': 'one\n',
    empty: '',
    'two.gz': gzipSync('two\n'),
    'i.tar': inner,
  })
  const expected = [
    { path: ['f', './a/one.log'], text: 'one\n' },
    { path: ['f', 'empty'], text: '' },
    { path: ['f', 'two.gz'], text: 'two\n' },
    { path: ['f', 'i.tar', 'x.log'], text: lines(3) },
  ]

  assert.deepEqual(await unpacked(tar), { files: expected, damage: undefined })
  assert.deepEqual(await unpacked(gzipSync(tar)), { files: expected, damage: undefined })
  assert.deepEqual(await unpacked(zstdCompressSync(tar)), { files: expected, damage: undefined })
})

test('long tar names come from prefix, pax and GNU headers; folders are no files', async () => {
  const long = `${'d'.repeat(120)}/${'n'.repeat(60)}.log`
  const record = ` path=${long}\n`
  const pax = `${record.length + 3}${record}`
  const tar = Buffer.concat([
    tarHeader('folder/', 0, { type: '5' }),
    tarHeader('name.log', 4, { prefix: 'some/folder' }),
    block('one\n'),
    tarHeader('pax', pax.length, { type: 'x' }),
    block(pax),
    tarHeader('short', 4),
    block('two\n'),
    tarHeader('././@LongLink', long.length + 1, { type: 'L', gnu: true }),
    block(`${long}\0`),
    tarHeader('short', 6, { gnu: true }),
    block('three\n'),
    Buffer.alloc(1024),
  ])

  const { files, damage } = await unpacked(tar)

  const names = files.map(file => [file.path[1], file.text])
  assert.deepEqual(names, [
    ['some/folder/name.log', 'one\n'],
    [long, 'two\n'],
    [long, 'three\n'],
  ])
  assert.equal(damage, undefined)
})

function block(text: string): Buffer {
  return Buffer.concat([Buffer.from(text), Buffer.alloc(-text.length & 511)])
}

test('a tar file cut anywhere gives what is before the cut and says so', async () => {
  const tar = tarOf({ one: lines(100), two: lines(100) })

  for (const length of [512, 600, 1500, 1536, 2047, 2048, 2600, tar.length - 1024]) {
    const { files, damage } = await unpacked(tar.subarray(0, length))
    const text = files.map(file => file.text).join('')
    assert.ok((lines(100) + lines(100)).startsWith(text))
    assert.match(damage!, /^f at byte \d+: tar: the archive ends /)
  }
})

test('damage in the compression around a tar file is the only damage reported', async () => {
  const whole = gzipSync(tarOf({ one: lines(5000), two: lines(5000) }))

  const { files, damage } = await unpacked(whole.subarray(0, 3000))

  assert.equal(files.length, 1)
  assert.ok(files[0]!.text.length > 1000)
  assert.equal(damage, 'f at byte 3000: gzip: the file ends in the middle of a member')
})

test('a tar header with a wrong checksum is damage', async () => {
  const tar = tarOf({ one: 'one\n', two: 'two\n' })
  tar[1024]! ^= 1

  const { files, damage } = await unpacked(tar)

  assert.deepEqual(files, [{ path: ['f', 'one'], text: 'one\n' }])
  assert.equal(damage, 'f at byte 1024: tar: this is no header, its checksum is wrong')
})

test('other compression, and too deep a nesting, is refused by name', async () => {
  const xz = await unpacked(Buffer.from('fd377a585a000004', 'hex'))
  let deep: Buffer = Buffer.from('text\n')
  for (let i = 0; i < 6; i++) deep = gzipSync(deep)

  assert.equal(xz.files[0]!.refused, 'f is a xz file, expected plain text, gzip, zstd or tar')
  assert.equal((await unpacked(deep)).files[0]!.refused, 'f is nested deeper than 4')
})

test('a byte order mark is no part of the text', async () => {
  assert.equal(await textOf(Buffer.from('\ufefftext\n')), 'text\n')
})

test('a decompression bomb is read in small pieces', async () => {
  const bomb = gzipSync(zstdCompressSync(Buffer.alloc(64 * 1024 * 1024)))
  let largest = 0
  let total = 0

  for await (const file of unpack(['f'], chunked([bomb]), defaultSettings, {})) {
    for await (const chunk of file.chunks) {
      largest = Math.max(largest, chunk.length)
      total += chunk.length
    }
  }

  assert.equal(total, 64 * 1024 * 1024)
  assert.ok(largest <= 1024 * 1024)
})
