import { listAll } from '../../lib/store/store.ts'
import { workloads } from '../corpora/corpora.ts'
import type { Figure } from '../figure.ts'
import { fillArchive } from '../filled-archive.ts'
import { fill, type RealLog } from '../real-logs.ts'

/** By the name of the corpus, generated or real. */
const ratioTargets: Readonly<Record<string, number>> = { api: 5.3, cloudtrail: 11, app: 8, web: 13 }
const duckdb: Readonly<Record<string, number>> = { api: 7.2, cloudtrail: 12.5, app: 9.1 }
const indexPercentMax = 10

interface Sizes {
  readonly name: string
  readonly title: string
  readonly rawBytes: number
  readonly bucketBytes: number
  readonly indexBytes: number
}

/**
 * Z1: raw bytes / bytes of the sealed buckets; Z2: bytes of all indexes / bytes of the buckets. The
 * real files once, as they are; the generated corpora at the scale of the run.
 */
export async function measureSize(
  logs: readonly RealLog[],
  wantedBytes: number,
): Promise<Figure[]> {
  const all: Sizes[] = []
  for (const log of logs) {
    const { archive, store } = await fill(log, 1)
    await archive.brigadeOnce()
    const title = `${log.name}, real, ${(log.rawBytes / 1e6).toFixed(1)} MB`
    all.push({ name: log.name, title, rawBytes: log.rawBytes, ...(await sizesIn(store)) })
  }
  for (const corpus of workloads) {
    const { store, rawBytes } = await fillArchive(corpus, { seed: 1, sizeBytes: wantedBytes })
    const title = `${corpus.name}, generated, ${(rawBytes / 1e6).toFixed(0)} MB`
    all.push({ name: corpus.name, title, rawBytes, ...(await sizesIn(store)) })
  }
  return [...all.map(ratioFigure), ...all.map(percentFigure)]
}

async function sizesIn(store: Parameters<typeof listAll>[0]) {
  let [bucketBytes, indexBytes] = [0, 0]
  for await (const { sizeBytes } of listAll(store, 'buckets/')) bucketBytes += sizeBytes
  for await (const { sizeBytes } of listAll(store, 'index/')) indexBytes += sizeBytes
  return { bucketBytes, indexBytes }
}

function ratioFigure({ name, title, rawBytes, bucketBytes }: Sizes): Figure {
  const peer = duckdb[name]
  const target = ratioTargets[name]
  return {
    id: 'Z1',
    figure: `raw / stored, ${title}`,
    value: rawBytes / bucketBytes,
    unit: '×',
    ...(target !== undefined && { target, atLeast: true }),
    ...(peer !== undefined && { peers: { 'DuckDB Parquet (published)': peer } }),
  }
}

function percentFigure({ title, indexBytes, bucketBytes }: Sizes): Figure {
  return {
    id: 'Z2',
    figure: `indexes / stored, ${title}`,
    value: (100 * indexBytes) / bucketBytes,
    unit: '%',
    target: indexPercentMax,
    peers: { VictoriaLogs: 12.4 },
  }
}
