import { listAll } from '../lib/store/store.ts'
import { type Corpus, fill } from './corpus.ts'
import type { Figure } from './figure.ts'

const ratioTargets: Readonly<Record<string, number>> = { api: 5.3, cloudtrail: 11, app: 8, web: 13 }
const duckdb: Readonly<Record<string, number>> = { api: 7.2, cloudtrail: 12.5, app: 9.1 }
const indexPercentMax = 10

/**
 * Z1: bytes of the file / bytes of its sealed buckets; Z2: bytes of its term index / bytes of its
 * sealed buckets. Each corpus once, as it is.
 */
export async function measureSize(corpora: readonly Corpus[]): Promise<Figure[]> {
  const ratios: Figure[] = []
  const percents: Figure[] = []
  for (const corpus of corpora) {
    const target = ratioTargets[corpus.name]
    if (target === undefined) continue
    const { archive, store } = await fill(corpus, 1)
    await archive.brigadeOnce()
    const { sealed } = await archive.stat()
    let indexBytes = 0
    for await (const { sizeBytes } of listAll(store, 'index/')) indexBytes += sizeBytes
    const peer = duckdb[corpus.name]
    ratios.push({
      id: 'Z1',
      figure: `raw / stored, ${corpus.name}, ${(corpus.rawBytes / 1e6).toFixed(1)} MB`,
      value: corpus.rawBytes / sealed.bytes,
      unit: '×',
      target,
      atLeast: true,
      ...(peer && { peers: { 'DuckDB Parquet (published)': peer } }),
    })
    percents.push({
      id: 'Z2',
      figure: `term index / stored, ${corpus.name}`,
      value: (100 * indexBytes) / sealed.bytes,
      unit: '%',
      target: indexPercentMax,
      peers: { VictoriaLogs: 12.4 },
    })
  }
  return [...ratios, ...percents]
}
