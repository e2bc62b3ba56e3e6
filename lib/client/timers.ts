/** Time and chance as the producer sees them; tests bring their own. */
export interface Timers {
  nowMillis(): number
  /** Resolves after `millis`, or as soon as the signal is aborted. */
  sleep(millis: number, signal?: AbortSignal): Promise<void>
  /** A number in [0, 1). */
  chance(): number
}

export const systemTimers: Timers = {
  nowMillis: () => Date.now(),
  sleep: (millis, signal) =>
    new Promise(resolve => {
      if (signal?.aborted) return resolve()
      const stop = () => {
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', stop)
        resolve()
      }, millis)
      signal?.addEventListener('abort', stop, { once: true })
    }),
  chance: () => crypto.getRandomValues(new Uint32Array(1))[0]! / 4294967296,
}
