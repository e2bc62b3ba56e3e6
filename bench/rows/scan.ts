import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBucket, readFrame } from '../../lib/bucket/reader.ts'
import { compileFilter } from '../../lib/query/event-filter.ts'
import { requireQuery } from '../../lib/query/parse-query.ts'
import { scanLines } from '../../lib/query/scan-lines.ts'
import { isRecordKey, ownerOfBucket } from '../../lib/store/keys.ts'
import type { Figure } from '../figure.ts'
import { cpuSeconds } from '../measure.ts'
import { fill, type RealLog } from '../real-logs.ts'

const needle = 'robots.txt'
const rounds = 5

/**
 * Q1: finding a rare text in sealed buckets, decoding included, beside `zstd -dc | grep -F` on the
 * same objects; both must find the same number of lines. No figure where those tools are missing.
 */
export async function measureScan(
  logs: readonly RealLog[],
  wantedBytes: number,
): Promise<Figure[]> {
  const log = logs[0]!
  const { archive, store } = await fill(log, Math.ceil(wantedBytes / log.rawBytes))
  await archive.brigadeOnce()
  const objects: (readonly [key: string, bytes: Buffer])[] = []
  for (const { key } of (await store.list('buckets/')).objects) {
    if (!isRecordKey(key)) objects.push([key, (await store.get(key))!.bytes])
  }
  const { rawBytes } = (await archive.stat()).sealed
  let found = 0
  let ours = Infinity
  const scanOnce = async () => {
    const seconds = await cpuSeconds(() => {
      found = objects.reduce((sum, [key, bytes]) => sum + countMatches(key, bytes), 0)
    })
    ours = Math.min(ours, seconds)
  }
  const pipe = await grepPipe(
    objects.map(([, bytes]) => bytes),
    scanOnce,
  )
  if (!pipe) return []
  if (pipe.found !== found) throw new Error(`found ${found} lines, grep found ${pipe.found}`)
  const megabytes = rawBytes / 1e6
  return [
    {
      id: 'Q1',
      figure: 'substring scan / zstd -dc | grep -F',
      value: pipe.cpuSeconds / ours,
      unit: '×',
      target: 1,
      atLeast: true,
      peers: {
        'here MB/s': Math.round(megabytes / ours),
        'pipe MB/s': Math.round(megabytes / pipe.cpuSeconds),
      },
    },
  ]
}

function countMatches(key: string, object: Buffer): number {
  const filter = compileFilter(requireQuery(`*${needle}*`))
  let count = 0
  for (const frame of openBucket(object, ownerOfBucket(key)).frames) {
    const { startByte, sizeBytes } = frame
    const lines = readFrame(object.subarray(startByte, startByte + sizeBytes), frame)
    scanLines(filter, lines, () => {
      count++
    })
  }
  return count
}

/**
 * Least of several rounds, each after one of ours, so that both meet the same moments of the
 * machine. `undefined` where the stock tools are missing.
 */
async function grepPipe(objects: readonly Buffer[], before: () => Promise<void>) {
  const folder = mkdtempSync(join(tmpdir(), 'varve-bench-'))
  try {
    const files = objects.map((bytes, i) => {
      const path = join(folder, `${i}.zst`)
      writeFileSync(path, bytes)
      return path
    })
    let best: { found: number; cpuSeconds: number } | undefined
    for (let round = 0; round < rounds; round++) {
      await before()
      const script = 'zstd -dc "$@" | grep -ciF "$NEEDLE"; times'
      const ran = spawnSync('bash', ['-c', script, 'bash', ...files], {
        env: { ...process.env, NEEDLE: needle },
      })
      const [found = '', , children = ''] = ran.stdout?.toString().split('\n') ?? []
      const times = [...children.matchAll(/(\d+)m([\d.]+)s/g)]
      if (ran.status !== 0 || times.length !== 2) return undefined
      const seconds = times.reduce(
        (sum, [, minutes, rest]) => sum + Number(minutes) * 60 + Number(rest),
        0,
      )
      if (!best || seconds < best.cpuSeconds) best = { found: Number(found), cpuSeconds: seconds }
    }
    return best
  } finally {
    rmSync(folder, { recursive: true })
  }
}
