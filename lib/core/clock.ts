/** Time as the engine sees it. The simulation brings its own, so that a history can be replayed. */
export interface Clock {
  /** Microseconds since 1970-01-01T00:00:00Z. */
  nowMicros(): number
  /** Resolves after `millis`; rejects with the signal's reason when aborted first. */
  sleep(millis: number, signal?: AbortSignal): Promise<void>
}

/** Further off than this, the machine's clock was set, or it slept. */
const driftMillisMax = 500
let originMillis = performance.timeOrigin

/**
 * The machine's clock, in microseconds: counted on from when it was last looked up, and looked up
 * again when it says otherwise.
 */
export const systemClock: Clock = {
  nowMicros: () => {
    const passedMillis = performance.now()
    const wallMillis = Date.now()
    if (Math.abs(originMillis + passedMillis - wallMillis) > driftMillisMax) {
      originMillis = wallMillis - passedMillis
    }
    return Math.round((originMillis + passedMillis) * 1000)
  },
  sleep: (millis, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const stop = () => {
        clearTimeout(timer)
        reject(signal?.reason)
      }
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', stop)
        resolve()
      }, millis)
      signal?.addEventListener('abort', stop, { once: true })
    }),
}
