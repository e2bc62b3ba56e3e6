import { shiftSettings } from '../../lambdas/shift.ts'
import { openArchive } from '../../lib/archive.ts'
import { systemClock } from '../../lib/core/clock.ts'
import { brigadeWake } from '../../lib/infra/brigade-wake.ts'
import { MemoryStore } from '../../lib/store/memory-store.ts'
import { listAll } from '../../lib/store/store.ts'
import { apiAccess } from '../corpora/api-access.ts'
import type { Figure } from '../figure.ts'
import { batchesOf } from '../filled-archive.ts'
import { cpuSeconds } from '../measure.ts'
import {
  bytesOf,
  countsOf,
  dollarsOf,
  type RecordedRequest,
  RecordingStore,
} from '../recording-store.ts'

/** 1 TB a day over 16 writers that send every minute. */
const flushBytes = (1e12 / 86400 / 16) * 60
/** Batches that wait when the brigade is called: it is, every minute. */
const batchesACall = 16
/** Price of a Lambda of one vCPU a second, 1769 MB of ARM in us-east-1. */
const cpuDollarsASecond = (1769 / 1024) * 0.0000133334

/**
 * I3, I4 and M2: events of an hour at 1 TB a day from append to the end of all compaction, with the
 * settings of the brigade's function, counted by what was asked of the store. The CPU is this
 * machine's.
 */
export async function measureLife(wantedBytes: number): Promise<Figure[]> {
  const store = new RecordingStore(new MemoryStore(systemClock), { holds: false })
  const settings = { groupCommitMillis: 0, ...shiftSettings(brigadeWake.memoryMebibytes) }
  const archive = await openArchive({ store, settings })
  const options = { seed: 3, sizeBytes: wantedBytes, eventsPerSecond: 30_000 }
  let rawBytes = 0
  let batches = 0
  let seconds = 0
  for (const batch of batchesOf(apiAccess.blocks(options), flushBytes)) {
    seconds += await cpuSeconds(() => archive.append({ lines: batch.lines }))
    rawBytes += batch.rawBytes
    if (++batches % batchesACall === 0) seconds += await cpuSeconds(() => archive.brigadeOnce())
  }
  seconds += await cpuSeconds(() => archive.brigadeOnce())
  const requests = store.take()
  return [
    {
      id: 'I3',
      figure: `PUTs a raw GB after folding, 16 writers, ${(rawBytes / 1e9).toFixed(2)} GB`,
      value: countsOf(requests).put / (rawBytes / 1e9),
      unit: 'count',
      target: 25,
      peers: putsByPrefix(requests, rawBytes),
    },
    priceFigure(requests, seconds, rawBytes / 1e12),
    await writtenFigure('tail and buckets', store, requests, ['tail/', 'buckets/'], 2.5),
    await writtenFigure('indexes', store, requests, ['index/'], 3.5),
  ]
}

function priceFigure(
  requests: readonly RecordedRequest[],
  seconds: number,
  terabytes: number,
): Figure {
  const requestDollars = dollarsOf(requests) / terabytes
  return {
    id: 'I4',
    figure: 'dollars to ingest a raw TB, requests and Lambda',
    value: requestDollars + (seconds / terabytes) * cpuDollarsASecond,
    unit: '$',
    target: 1,
    peers: {
      requests: requestDollars.toFixed(3),
      'core-seconds': Math.round(seconds / terabytes),
      Quickwit: 2,
      CloudWatch: 500,
    },
  }
}

/** M2: what was ever put under these prefixes over what lies there in the end. */
async function writtenFigure(
  what: string,
  store: RecordingStore,
  requests: readonly RecordedRequest[],
  prefixes: readonly string[],
  target: number,
): Promise<Figure> {
  let endBytes = 0
  for (const prefix of prefixes) {
    for await (const { sizeBytes } of listAll(store, prefix)) endBytes += sizeBytes
  }
  const written = requests.filter(
    ({ kind, key }) => kind === 'put' && prefixes.some(prefix => key.startsWith(prefix)),
  )
  return {
    id: 'M2',
    figure: `bytes written / of the final state: ${what}`,
    value: bytesOf(written) / endBytes,
    unit: '×',
    target,
  }
}

function putsByPrefix(
  requests: readonly RecordedRequest[],
  rawBytes: number,
): Record<string, string> {
  const puts = requests.filter(({ kind }) => kind === 'put')
  const groups = Map.groupBy(puts, ({ key }) => key.split('/')[0]!)
  return Object.fromEntries(
    [...groups].map(([name, group]) => [name, (group.length / (rawBytes / 1e9)).toFixed(1)]),
  )
}
