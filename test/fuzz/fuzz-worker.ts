import { setImmediate } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { Dice } from '../oracle/dice.ts'
import type { Finding, FuzzPlan, Told } from './fuzz.ts'
import { targetNamed } from './targets.ts'

const { target, seed, start, end, progress } = workerData as FuzzPlan & {
  readonly progress: Int32Array
}
/** The first of them say most; a thousand of one kind say no more. */
const findingsMax = 5
/** Until the event loop has had a turn, what weak references point to is kept. */
const turnEvery = 256

const findings: Finding[] = []
let [taken, refused] = [0, 0]
const attempt = await (await targetNamed(target)).prepare()
for (let run = start; run < end && findings.length < findingsMax; run++) {
  Atomics.store(progress, 0, run)
  if (run % turnEvery === 0) await setImmediate()
  try {
    if ((await attempt(new Dice(seed * 104_729 + run))) === 'taken') taken++
    else refused++
  } catch (error) {
    findings.push({
      run,
      fault: error instanceof Error ? (error.stack ?? error.message) : `${error}`,
    })
  }
  Atomics.store(progress, 0, run + 1)
}
const told: Told = { taken, refused, findings }
parentPort!.postMessage(told)
