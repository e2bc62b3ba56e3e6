import { Worker } from 'node:worker_threads'

/** Runs [start, end) of one target: each is decided by the seed and its number. */
export interface FuzzPlan {
  readonly target: string
  readonly seed: number
  readonly start: number
  readonly end: number
}

export interface Finding {
  readonly run: number
  readonly fault: string
}

export interface Fuzzed {
  readonly target: string
  readonly runs: number
  readonly taken: number
  readonly refused: number
  readonly seconds: number
  /** How far the process grew at most. */
  readonly memoryBytes: number
  readonly findings: readonly Finding[]
}

/** What a worker tells at its end. */
export type Told = Pick<Fuzzed, 'taken' | 'refused' | 'findings'>

/** No input takes a fraction of this; the machine may have other things to do. */
const hangMillis = 60_000
const lookMillis = 200
const heapMegabytesMax = 768
/** Beside the heap: buffers, and what the allocator keeps. */
const memoryBytesMax = 1.5 * 2 ** 30

/** Tries so many inputs in a thread of its own, where one that hangs or takes memory is noticed. */
export async function fuzz(plan: FuzzPlan): Promise<Fuzzed> {
  const progress = new Int32Array(new SharedArrayBuffer(4))
  progress[0] = plan.start
  const startMillis = performance.now()
  const worker = new Worker(new URL('./fuzz-worker.ts', import.meta.url), {
    workerData: { ...plan, progress },
    resourceLimits: { maxOldGenerationSizeMb: heapMegabytesMax },
  })
  const watch = new Watch(progress)
  const told = await new Promise<Told>(resolve => {
    const give = (fault: string) => {
      const findings = [{ run: Atomics.load(progress, 0), fault }]
      resolve({ taken: 0, refused: 0, findings })
    }
    worker.once('message', resolve)
    worker.once('error', error => give(`ended the thread: ${error}`))
    watch.begin(give)
  })
  watch.end()
  await worker.terminate()
  const seconds = (performance.now() - startMillis) / 1000
  const runs = Atomics.load(progress, 0) - plan.start
  return { target: plan.target, runs, seconds, memoryBytes: watch.memoryBytes, ...told }
}

/** Looks at a thread from outside: whether it goes on, and how large the process is. */
class Watch {
  readonly #progress: Int32Array
  readonly #startBytes = process.memoryUsage.rss()
  #timer: NodeJS.Timeout | undefined
  memoryBytes = 0

  constructor(progress: Int32Array) {
    this.#progress = progress
  }

  begin(give: (fault: string) => void): void {
    let last = -1
    let waitedMillis = 0
    this.#timer = setInterval(() => {
      const run = Atomics.load(this.#progress, 0)
      waitedMillis = run === last ? waitedMillis + lookMillis : 0
      last = run
      const grown = process.memoryUsage.rss() - this.#startBytes
      this.memoryBytes = Math.max(this.memoryBytes, grown)
      if (waitedMillis > hangMillis) give(`takes longer than ${hangMillis / 1000} s`)
      if (grown > memoryBytesMax) give(`takes ${Math.round(grown / 2 ** 20)} MiB`)
    }, lookMillis)
  }

  end(): void {
    clearInterval(this.#timer)
  }
}
