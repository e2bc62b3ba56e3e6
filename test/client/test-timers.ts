import type { Timers } from '../../lib/client/timers.ts'

/** Time that passes only when the test says so; a sleep for a retry passes at once. */
export class TestTimers implements Timers {
  millis = Date.UTC(2026, 10, 20)
  readonly slept: number[] = []
  #sleepers: { until: number; wake: () => void }[] = []

  nowMillis = () => this.millis
  chance = () => 0.5

  sleep(millis: number, signal?: AbortSignal): Promise<void> {
    if (!signal) {
      this.slept.push(millis)
      this.millis += millis
      return Promise.resolve()
    }
    return new Promise(wake => {
      this.#sleepers.push({ until: this.millis + millis, wake })
      signal.addEventListener('abort', () => wake())
    })
  }

  pass(millis: number): void {
    this.millis += millis
    const woken = this.#sleepers.filter(sleeper => sleeper.until <= this.millis)
    this.#sleepers = this.#sleepers.filter(sleeper => sleeper.until > this.millis)
    for (const { wake } of woken) wake()
  }
}
