import type { BrigadeReport, ErasureStatus } from '../archive.ts'
import { dueMicros, showWaiting } from './render/erasure.ts'
import { showMillis } from './render/figures.ts'
import type { Session } from './session.ts'

/** Tells on standard error what an erasure waits for, and how long still, when that has changed. */
export class ErasureNotes {
  readonly #session: Session
  #last = ''

  constructor(session: Session) {
    this.#session = session
  }

  show(status: ErasureStatus, { damaged }: Pick<BrigadeReport, 'damaged'>): void {
    const note = this.#noteOf(status)
    if (note !== this.#last && note !== '') this.#session.note(`${status.erasureId}: ${note}`)
    this.#last = note
    // Nothing ends it then but a repair: whoever waits must know.
    if (damaged.length === 0 || !status.waiting) return
    this.#session.warn(
      `varve: ${damaged.join(', ')} cannot be read: the erasure does not end while there may be ` +
        'selected events in it; `varve verify` says more',
    )
  }

  #noteOf(status: ErasureStatus): string {
    const left = showWaiting(status)
    if (left) return `rewriting, to be looked at: ${left}`
    if (status.rewrittenMicros === undefined) return ''
    const millis = (dueMicros(status.rewrittenMicros) - this.#session.clock.nowMicros()) / 1000
    if (millis <= 0) return 'looking for objects that are left, until there are none'
    return `in no run; waits ${showMillis(millis)} for processes that may still upload old objects`
  }
}
