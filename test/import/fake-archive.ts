import { createHash } from 'node:crypto'
import type { AppendReceipt, AppendRequest } from '../../lib/archive.ts'
import { idTimeMillis } from '../../lib/core/batch-id.ts'
import type { Clock } from '../../lib/core/clock.ts'
import { ArchiveError } from '../../lib/core/errors.ts'
import { defaultSettings } from '../../lib/core/settings.ts'

/** A clock that stands until it is moved; a pause moves it. */
export class TestClock implements Clock {
  micros: number

  constructor(time: string) {
    this.micros = Date.parse(time) * 1000
  }

  nowMicros(): number {
    return this.micros
  }

  async sleep(millis: number): Promise<void> {
    this.micros += millis * 1000
  }
}

/** Keeps batches as an archive would: one with the same key and content once, old ones refused. */
export class FakeArchive {
  readonly batches = new Map<
    string,
    { readonly request: AppendRequest; readonly lines: string[] }
  >()
  readonly clock: Clock
  /** Called before a batch is stored; may throw. */
  beforeAppend: (request: AppendRequest) => void = () => {}
  /** Called after a batch was stored, before it is acknowledged; may throw. */
  afterAppend: (request: AppendRequest) => void = () => {}

  constructor(clock: Clock) {
    this.clock = clock
  }

  async append(request: AppendRequest): Promise<AppendReceipt> {
    this.beforeAppend(request)
    const hash = createHash('sha256').update(request.lines).digest('hex')
    const identity = `${request.key} ${request.stream} ${hash}`
    const ageMillis = this.clock.nowMicros() / 1000 - idTimeMillis(request.key!)
    const lines = request.lines.toString().split('\n').filter(Boolean)
    for (const line of lines) JSON.parse(line)
    if (!this.batches.has(identity)) {
      if (ageMillis > defaultSettings.acceptWindowMillis) {
        throw new ArchiveError('conflict', 'the batch is older than the idempotency window')
      }
      this.batches.set(identity, {
        request: { ...request, lines: Buffer.from(request.lines) },
        lines,
      })
    }
    this.afterAppend(request)
    return { accepted: lines.length, rejected: 0, errors: [], batch: identity }
  }

  /** All events, in the order in which batches were first stored. */
  lines(): string[] {
    return [...this.batches.values()].flatMap(batch => batch.lines)
  }
}
