import { compressFrame } from '../lib/bytes/zstd.ts'
import { type Corpus, fill } from './corpus.ts'
import type { Figure } from './figure.ts'
import { cpuSeconds, leastCpuSeconds } from './measure.ts'

const frameBytes = 2 ** 20
const rounds = 3

/**
 * I1 and I2: CPU to acknowledge, and of the whole life so far (acknowledge, fold, seal), over the
 * CPU of `zstd -3` on the same bytes, measured in turn in one process.
 */
export async function measureIngest(
  corpora: readonly Corpus[],
  wantedBytes: number,
): Promise<Figure[]> {
  let [acknowledge, tidy, zstd, bytes] = [0, 0, 0, 0]
  for (const corpus of corpora) {
    const lines = corpus.appends.map(request => request.lines)
    const sizeBytes = lines.reduce((sum, each) => sum + each.length, 0)
    const copies = Math.max(1, Math.round(wantedBytes / corpora.length / sizeBytes))
    let [leastAcknowledge, leastTidy] = [Infinity, Infinity]
    for (let round = 0; round < rounds; round++) {
      const filled: { archive?: Awaited<ReturnType<typeof fill>>['archive'] } = {}
      const first = await cpuSeconds(async () => Object.assign(filled, await fill(corpus, copies)))
      const second = await cpuSeconds(() => filled.archive!.brigadeOnce())
      leastAcknowledge = Math.min(leastAcknowledge, first)
      leastTidy = Math.min(leastTidy, second)
    }
    const whole = Buffer.concat(lines)
    zstd += copies * (await leastCpuSeconds(rounds, () => compressAll(whole)))
    acknowledge += leastAcknowledge
    tidy += leastTidy
    bytes += copies * sizeBytes
  }
  const life = acknowledge + tidy
  const zstdRate = `${Math.round(bytes / zstd / 1e6)} MB/s`
  return [
    {
      id: 'I1',
      figure: 'CPU to acknowledge / zstd -3',
      value: acknowledge / zstd,
      unit: '×',
      target: 2,
      peers: { 'zstd -3': zstdRate },
    },
    {
      id: 'I2',
      figure: 'CPU of acknowledge + fold + seal / zstd -3',
      value: life / zstd,
      unit: '×',
      target: 5,
    },
    {
      id: 'I2',
      figure: 'raw bytes a core-second',
      value: bytes / life / 1e6,
      unit: 'MB/s',
      target: 50,
      atLeast: true,
      peers: { Quickwit: 7.5, VictoriaLogs: 8.5 },
    },
  ]
}

function compressAll(bytes: Buffer): void {
  for (let start = 0; start < bytes.length; start += frameBytes) {
    compressFrame(bytes.subarray(start, start + frameBytes), 3)
  }
}

const ratioTargets: Readonly<Record<string, number>> = { api: 5.3, cloudtrail: 11, app: 8, web: 13 }
const duckdb: Readonly<Record<string, number>> = { api: 7.2, cloudtrail: 12.5, app: 9.1 }

/** Z1: bytes of the file / bytes of its sealed buckets, each corpus once as it is. */
export async function measureSize(corpora: readonly Corpus[]): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const corpus of corpora) {
    const target = ratioTargets[corpus.name]
    if (target === undefined) continue
    const { archive } = await fill(corpus, 1)
    await archive.brigadeOnce()
    const { sealed } = await archive.stat()
    const peer = duckdb[corpus.name]
    figures.push({
      id: 'Z1',
      figure: `raw / stored, ${corpus.name}, ${(corpus.rawBytes / 1e6).toFixed(1)} MB`,
      value: corpus.rawBytes / sealed.bytes,
      unit: '×',
      target,
      atLeast: true,
      ...(peer && { peers: { 'DuckDB Parquet (published)': peer } }),
    })
  }
  return figures
}
