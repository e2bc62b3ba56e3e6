/** Time as the engine sees it. The simulation brings its own, so that a history can be replayed. */
export interface Clock {
  /** Microseconds since 1970-01-01T00:00:00Z. */
  nowMicros(): number
  /** Resolves after `millis`; rejects with the signal's reason when aborted first. */
  sleep(millis: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  nowMicros: () => Math.round((performance.timeOrigin + performance.now()) * 1000),
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
