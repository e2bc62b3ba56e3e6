import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { batchIdAt, batchIdOfKey, idTimeMillis, makeBatchId } from '../../lib/core/batch-id.ts'
import { seededRandom } from '../../lib/core/random.ts'
import { StillClock } from '../support/workplace.ts'

const chance = fc.uint8Array({ minLength: 10, maxLength: 10 })
const millis = fc.integer({ min: 0, max: 2 ** 48 - 1 })

test('a batch id is a ULID that carries its time', () => {
  const clock = new StillClock(1_795_132_800_123_456)

  const id = makeBatchId(clock, seededRandom(1))

  assert.match(id, /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/)
  assert.equal(idTimeMillis(id), 1_795_132_800_123)
  assert.equal(batchIdOfKey(id), id)
})

test('batch ids sort by time, then by chance', () => {
  fc.assert(
    fc.property(millis, chance, millis, chance, (aMillis, aChance, bMillis, bChance) => {
      const order = aMillis - bMillis || Buffer.compare(aChance, bChance)
      const [a, b] = [batchIdAt(aMillis, aChance), batchIdAt(bMillis, bChance)]
      assert.equal(a < b, order < 0)
      assert.equal(a === b, order === 0)
      assert.equal(idTimeMillis(a), aMillis)
    }),
  )
})

test('a UUIDv7 is the ULID of the same 128 bits', () => {
  // The example of RFC 9562, appendix A.6, and its time there.
  const id = batchIdOfKey('017F22E2-79B0-7CC3-98C4-DC0C0C07398F')!
  assert.equal(idTimeMillis(id), Date.UTC(2022, 1, 22, 19, 22, 22))
  assert.equal(batchIdOfKey('017f22e2-79b0-7cc3-98c4-dc0c0c07398f'), id)

  let bits = 0n
  for (const digit of id) {
    bits = bits * 32n + BigInt('0123456789ABCDEFGHJKMNPQRSTVWXYZ'.indexOf(digit))
  }
  assert.equal(bits, 0x017f22e279b07cc398c4dc0c0c07398fn)
})

test('a ULID in small letters is the same id, and no other key is one', () => {
  const id = '01JZ8Y3V6D0T1A2B3C4D5E6F7G'
  assert.equal(batchIdOfKey(id.toLowerCase()), id)
  const others = [
    '',
    'order-4711',
    `8${id.slice(1)}`,
    id.slice(1),
    `${id}0`,
    id.replace('G', 'U'),
    '017F22E2-79B0-4CC3-98C4-DC0C0C07398F',
    '017F22E2-79B0-7CC3-08C4-DC0C0C07398F',
    '017F22E279B07CC398C4DC0C0C07398F',
    '017F22E2-79B0-7CC3-98C4-DC0C0C07398F\n',
  ]
  for (const key of others) assert.equal(batchIdOfKey(key), undefined, key)
})
