import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { HistoryReport } from './history.ts'

/** Figures of many histories. */
export interface SeedsReport {
  histories: number
  operations: number
  storeCalls: number
  ackedEvents: number
  readonly faults: Map<string, number>
  restStepsMax: number
  /** Histories that were played twice, and those that went the same way. */
  replayed: number
  replayedAlike: number
  /** The first that broke a promise. */
  broken: { readonly seed: number; readonly promises: readonly string[] } | undefined
}

type Played = Omit<HistoryReport, 'trace'> & { readonly again: string | undefined }

/** Plays the seeds from `first` on, on all cores; stops at the first broken promise. */
export async function playSeeds(first: number, count: number): Promise<SeedsReport> {
  const report: SeedsReport = {
    histories: 0,
    operations: 0,
    storeCalls: 0,
    ackedEvents: 0,
    faults: new Map(),
    restStepsMax: 0,
    replayed: 0,
    replayedAlike: 0,
    broken: undefined,
  }
  let next = first
  const take = () => (report.broken || next >= first + count ? undefined : next++)
  const workers = Math.min(availableParallelism(), count)
  await Promise.all(
    Array.from({ length: workers }, () => employ(take, played => add(report, played))),
  )
  return report
}

/** One thread, until nothing is left to take. */
function employ(take: () => number | undefined, done: (played: Played) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./seed-worker.ts', import.meta.url))
    const goOn = () => {
      const seed = take()
      if (seed === undefined) worker.terminate().then(() => resolve(), reject)
      else worker.postMessage(seed)
    }
    worker.on('error', reject)
    worker.on('message', (played: Played) => {
      done(played)
      goOn()
    })
    goOn()
  })
}

function add(report: SeedsReport, played: Played): void {
  report.histories++
  report.operations += played.operations
  report.storeCalls += played.storeCalls
  report.ackedEvents += played.ackedEvents
  report.restStepsMax = Math.max(report.restStepsMax, played.restSteps)
  for (const [kind, times] of Object.entries(played.faults))
    report.faults.set(kind, (report.faults.get(kind) ?? 0) + times)
  const isReplayed = played.again !== undefined
  const isAlike = played.again === played.traceHash
  if (isReplayed) report.replayed++
  if (isReplayed && isAlike) report.replayedAlike++
  const promises = [...played.broken, ...(isReplayed && !isAlike ? ['went another way again'] : [])]
  if (promises.length > 0 && !report.broken) report.broken = { seed: played.seed, promises }
}
