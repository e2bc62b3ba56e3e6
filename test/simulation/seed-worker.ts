import { parentPort } from 'node:worker_threads'
import { playHistory } from './history.ts'

/** A thread that plays the histories it is told to; some of them twice. */
const replayEvery = 20

parentPort?.on('message', async (seed: number) => {
  const { trace: _trace, ...report } = await playHistory(seed)
  const again = seed % replayEvery === 0 ? (await playHistory(seed)).traceHash : undefined
  parentPort?.postMessage({ ...report, again })
})
