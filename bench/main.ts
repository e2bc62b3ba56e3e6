/**
 * `npm run bench [-- --json] [--only I1,Z1] [--scale S|M|L] [--latency latency.json]`: one table
 * with the target and the peers beside each figure. Corpora are generated from a seed; where the
 * real files beside the repository are missing, the one shipped with it takes their place.
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { apiAccess } from './corpora/api-access.ts'
import { asJson, asTable, type Figure } from './figure.ts'
import { fillArchive } from './filled-archive.ts'
import { replayOver } from './latency.ts'
import { modelOf } from './latency-model.ts'
import { loadRealLogs } from './real-logs.ts'
import { measureAccessQuestions } from './rows/access-questions.ts'
import { measureBundle } from './rows/bundle.ts'
import { measureColdStart } from './rows/cold-start.ts'
import { measureConjunction } from './rows/conjunction.ts'
import { measureCost } from './rows/cost.ts'
import { measureIdle } from './rows/idle.ts'
import { measureIds } from './rows/ids.ts'
import { measureIngest } from './rows/ingest.ts'
import { measureJobs } from './rows/jobs.ts'
import { measureLife } from './rows/life.ts'
import { measureMemory } from './rows/memory.ts'
import { measureParts } from './rows/parts.ts'
import { measureScan } from './rows/scan.ts'
import { measureSize } from './rows/size.ts'
import { measureSparseTimeline } from './rows/sparse-timeline.ts'
import { measureTimeline } from './rows/timeline.ts'
import { measureYears } from './rows/years.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    scale: { type: 'string', default: 'S' },
    latency: { type: 'string' },
  },
})
const scales: Readonly<Record<string, number>> = { S: 64e6, M: 1e9, L: 20e9 }
const wantedBytes = scales[values.scale]
if (wantedBytes === undefined) throw new Error(`scale is ${values.scale}, expected S, M or L`)
const only = values.only?.split(',')
if (values.latency) replayOver(modelOf(JSON.parse(readFileSync(values.latency, 'utf8'))))

const realLogs = once(loadRealLogs)
const accessLog = once(() => fillArchive(apiAccess, { seed: 1, sizeBytes: wantedBytes }))

const measures: readonly (readonly [ids: readonly string[], run: () => Promise<Figure[]>])[] = [
  [['T1', 'T2'], async () => measureTimeline(await accessLog())],
  [['T3'], measureSparseTimeline],
  [['T3', 'S1', 'S2', 'S3', 'N1'], () => measureYears(only)],
  [['F1', 'Z3'], measureIds],
  [['A1'], async () => measureConjunction(await accessLog())],
  [['Z1', 'Z2'], async () => measureSize(await realLogs(), wantedBytes)],
  [['I1', 'I2'], async () => measureIngest(await realLogs(), 64e6)],
  [['I3', 'I4', 'M2'], () => measureLife(Math.max(256e6, Math.min(1e9, wantedBytes)))],
  [['M1'], async () => measureMemory(await realLogs())],
  [['Q1'], async () => measureScan(await realLogs(), 64e6)],
  [['P1'], async () => measureParts(await fillArchive(apiAccess, { seed: 1, sizeBytes: 256e6 }))],
  [['B1'], () => measureAccessQuestions(wantedBytes)],
  [['C1'], measureBundle],
  [['C1'], measureColdStart],
  [['K0'], measureIdle],
  [['J1'], () => measureJobs(400e6)],
  [['D1'], () => measureCost(500e6)],
]
const figures: Figure[] = []
for (const [ids, run] of measures) {
  if (only && !ids.some(id => only.includes(id))) continue
  const wanted = (await run()).filter(figure => !only || only.includes(figure.id))
  figures.push(...wanted)
  if (values.json) for (const figure of wanted) console.log(asJson(figure))
  else if (process.stderr.isTTY) process.stderr.write(`${ids.join(', ')}: measured\n`)
}
if (!values.json) console.log(asTable(figures))

/** What several rows share is made when the first of them is measured. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make()
    return made
  }
}
