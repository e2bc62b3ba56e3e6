import type { Clock } from '../core/clock.ts'
import type { Session } from './session.ts'

const pauseMicros = 500_000

/** How far a command has come, in one line of a terminal that is written over. */
export class ProgressNote {
  readonly #stderr: NodeJS.WriteStream
  readonly #clock: Clock
  readonly #isShown: boolean
  #shownMicros = 0

  constructor(session: Session) {
    this.#stderr = session.stderr
    this.#clock = session.clock
    this.#isShown = Boolean(session.stderr.isTTY) && !session.quiet
  }

  show(text: string): void {
    const nowMicros = this.#clock.nowMicros()
    if (!this.#isShown || nowMicros - this.#shownMicros < pauseMicros) return
    this.#shownMicros = nowMicros
    this.#stderr.write(`\r\x1b[K${text}`)
  }

  /** Wipes the line out. */
  end(): void {
    if (this.#shownMicros > 0) this.#stderr.write('\r\x1b[K')
  }
}
