import type { BucketShape } from '../support/bucket-lines.ts'

/** Buckets whose bytes are kept in test/golden/bucket, each made of these lines in this shape. */
export interface GoldenBucket extends BucketShape {
  readonly name: string
  readonly owner: string
  readonly frameBytes: number
  readonly lines: readonly string[]
}

const micros = 1_737_849_605_000_000

const oneEvent: GoldenBucket = {
  name: 'one-event',
  owner: '01JJFMEQA80123456789ABCDEF-14BJEM32WZXT869R8E6F9SNY11',
  frameBytes: 2 ** 20,
  lines: [`{"@time":${micros},"@stream":"ssh/eu"}`],
}

/** Spellings that a parser would change, times at both ends, an id with escapes. */
const awkward: GoldenBucket = {
  name: 'awkward',
  owner: '01JJFMEQA80123456789ABCDEG-14BJEM32WZXT869R8E6F9SNY12',
  frameBytes: 2 ** 20,
  lines: [
    '{"@time":0,"@stream":"A"}',
    `{"@time":${Number.MAX_SAFE_INTEGER},"@stream":"A","n":1.0,"n":1e0,"big":12345678901234567890}`,
    `{"@time":${micros},"@stream":"a","@id":"\\"q\\\\","__proto__":{},"\\u0061" : "\\ud83d"}`,
    `{"@time":${micros},"@stream":"a","@id":"é","text":"Größe € 😀"}`,
    `{"@time":${micros},"@stream":"a","text":""}`,
    `{"@time":${micros},"@stream":"a","text":""}`,
    `{"@time":${micros + 1},"@stream":"${'x'.repeat(200)}"}`,
  ],
}

/** The first and last bucket of a fold: several frames, streams that cross them, a lineage. */
const sealed: GoldenBucket = {
  name: 'sealed',
  owner: '3D6GW1J8ZP0QK5XT2R7N9ABC/000000',
  frameBytes: 2000,
  lines: Array.from({ length: 120 }, (_, i) => {
    const stream = ['ssh/eu', 'user/4711', 'web'][Math.floor(i / 40)]
    const id = i % 3 === 0 ? `,"@id":"${i}"` : ''
    return `{"@time":${micros + i * 1_000_003},"@stream":"${stream}"${id},"n":${i}}`
  }),
  lineage: {
    inputs: [oneEvent.owner, '01JJFMEQA80123456789ABCDEG-14BJEM32WZXT869R8E6F9SNY12'],
    outputs: 1,
  },
}

/** Two groups of frames, the second of a single one. */
const withParity: GoldenBucket = {
  ...sealed,
  name: 'parity',
  owner: '3D6GW1J8ZP0QK5XT2R7N9ABC/000001',
  frameBytes: 220,
  lines: sealed.lines.slice(0, 99),
  lineage: { outputs: 2 },
  hasParity: true,
}

export const goldenBuckets: readonly GoldenBucket[] = [oneEvent, awkward, sealed, withParity]
