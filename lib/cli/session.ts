import type { Archive } from '../archive.ts'
import { type Clock, systemClock } from '../core/clock.ts'
import { type Random, systemRandom } from '../core/random.ts'
import { openArchiveAt } from './open.ts'
import { Output } from './output.ts'
import { type Paint, paintFor } from './render/paint.ts'

/** Options that every command has. */
export interface GlobalOptions {
  readonly store: string
  readonly json?: boolean
  readonly quiet?: boolean
}

/** One run of one command: where its answer goes, what may end it early, and the archive it is about. */
export class Session {
  readonly storeUrl: string
  readonly json: boolean
  readonly quiet: boolean
  /** Whether a person reads the answer: it goes to a terminal and `--json` was not given. */
  readonly isHuman: boolean
  readonly columns: number
  readonly output: Output
  readonly paint: Paint
  readonly clock: Clock
  readonly random: Random
  /** The query asked, so that an error can point into it. */
  query: string | undefined
  readonly #controller = new AbortController()
  #archive: Archive | undefined

  constructor(options: GlobalOptions, clock: Clock = systemClock, random: Random = systemRandom) {
    this.storeUrl = options.store
    this.json = options.json ?? false
    this.quiet = options.quiet ?? false
    this.isHuman = Boolean(process.stdout.isTTY) && !this.json
    this.columns = process.stdout.columns || 100
    this.output = new Output(process.stdout, () => this.#controller.abort())
    this.paint = paintFor(process.stdout)
    this.clock = clock
    this.random = random
    process.stderr.on('error', () => {})
  }

  /** Aborted when the user interrupts or the reader of the answer goes away. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Whether the user, not the reader's end, stopped the command. */
  get interrupted(): boolean {
    return this.signal.aborted && !this.output.closed
  }

  /** Ends the command's question as soon as it can. */
  interrupt(): void {
    this.#controller.abort()
  }

  /** The archive; one that is only read must exist. Closed when the command ends. */
  async openArchive(purpose: 'read' | 'write'): Promise<Archive> {
    this.#archive = await openArchiveAt(this, purpose)
    return this.#archive
  }

  async close(): Promise<void> {
    await this.#archive?.close()
    await this.output.flush()
  }

  /** A line beside the answer, on standard error: receipts, progress, hints. `--quiet` hides it. */
  note(line: string): void {
    if (!this.quiet) this.warn(line)
  }

  /** A line on standard error that nothing hides. */
  warn(line: string): void {
    process.stderr.write(`${line}\n`)
  }
}
