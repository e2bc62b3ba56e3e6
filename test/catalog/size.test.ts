import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Catalog,
  emptyCatalog,
  type ManifestRef,
  type Rollup,
} from '../../lib/catalog/catalog.ts'
import { encodeCatalog } from '../../lib/catalog/load.ts'
import { encodeBytes } from '../../lib/core/base32.ts'
import { seededRandom } from '../../lib/core/random.ts'
import { indexKey, manifestKey } from '../../lib/store/keys.ts'
import { logLabel } from '../support/log-label.ts'

const hour = 3600e6
/** 2026-01-01T00:00:00Z */
const start = 1_767_225_600_000_000
const random = seededRandom(1)

const about = (mean: number) => Math.round(mean * (0.8 + 0.4 * random.next()))

/** A roll-up of 41.7 GB an hour, with a manifest a day at most. */
function rollup(startMicros: number, hours: number): Rollup {
  const jobId = encodeBytes(random.bytes(15))
  const endMicros = startMicros + hours * hour
  const span = Math.min(hours, 24)
  const manifests = Array.from({ length: hours / span }, (_, i): ManifestRef => {
    const firstMicros = startMicros + i * span * hour + about(1e6)
    return {
      key: manifestKey(jobId, i),
      sizeBytes: about(1500 * span),
      frameCount: about(10_000 * span),
      eventCount: about(90e6 * span),
      idCount: about(90e6 * span),
      isDistinct: random.next() < 0.5,
      firstMicros,
      lastMicros: firstMicros + span * hour - about(2e6),
      firstStream: `app/${about(50)}`,
      lastStream: `web/${about(50)}`,
    }
  })
  const bucketCount = about(80 * hours)
  const bytes = { sizeBytes: about(4e9 * hours), rawBytes: about(41.7e9 * hours) }
  const terms = {
    detail: hours > 24 ? 'counts' : 'whole',
    frameCount: about(10_000 * hours),
    rareCount: about(40e6 * hours),
    recurringCount: about(1e6 * hours),
    rareBits: 40,
    recurringBits: 52,
    pageBits: 12,
    partBits: 4,
    pageBytes: about(40_000),
    fields: Array.from({ length: 31 }, (_, i) => `request.header.field${i}`),
  } as const
  const index = { key: indexKey(jobId, 0), sizeBytes: about(3e7), terms }
  const counts = { runCount: about(30 * hours), bucketCount, ...bytes }
  const id = `${jobId}/0`
  const digest = Buffer.from(random.bytes(32)).toString('hex')
  const content = { manifests, digest, index, maskSeq: 0 }
  const { policy, domain } = logLabel
  return { id, policy, domain, startMicros, endMicros, ...counts, ...content }
}

test('the catalog of seven years at 1 TB a day stays small', () => {
  const months = Array.from({ length: 84 }, (_, i) => rollup(start + i * 720 * hour, 720))
  const days = Array.from({ length: 30 }, (_, i) => rollup(start + (60_480 + i * 24) * hour, 24))
  const hours = Array.from({ length: 24 }, (_, i) => rollup(start + (61_200 + i) * hour, 1))
  const rollups = [...months, ...days, ...hours]
  const catalog: Catalog = { ...emptyCatalog, rollups }

  const sizeBytes = encodeCatalog(catalog).length

  assert.ok(sizeBytes < 150_000, `${sizeBytes} bytes`)
})
