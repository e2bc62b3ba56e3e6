import type { Archive } from '../archive.ts'
import { type Clock, systemClock } from '../core/clock.ts'
import { type Random, systemRandom } from '../core/random.ts'
import { type OpenedArchive, openArchiveAt } from './open.ts'
import { Output } from './output.ts'
import { type Paint, paintFor } from './render/paint.ts'

/** Options that every command has. */
export interface GlobalOptions {
  readonly store: string
  readonly json?: boolean
  readonly quiet?: boolean
  /** A command that shows things to people wherever its output goes. */
  readonly forPeople?: boolean
}

/** What a command runs on; tests bring their own. */
export interface Surroundings {
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
  readonly clock: Clock
  readonly random: Random
}

/** One run of one command: where its answer goes, what may end it early, and its archive. */
export class Session {
  readonly storeUrl: string
  readonly json: boolean
  readonly quiet: boolean
  /** Whether a person reads the answer: it goes to a terminal and `--json` was not given. */
  readonly isHuman: boolean
  readonly columns: number
  readonly output: Output
  readonly stderr: NodeJS.WriteStream
  readonly paint: Paint
  readonly clock: Clock
  readonly random: Random
  /** The query asked, so that an error can point into it. */
  query: string | undefined
  readonly #controller = new AbortController()
  #archive: Archive | undefined

  constructor(options: GlobalOptions, surroundings: Surroundings = theProcess()) {
    const { stdout, stderr, clock, random } = surroundings
    this.storeUrl = options.store
    this.json = options.json ?? false
    this.quiet = options.quiet ?? false
    this.isHuman = (options.forPeople || Boolean(stdout.isTTY)) && !this.json
    this.columns = stdout.columns || 100
    this.output = new Output(stdout, () => this.#controller.abort())
    this.paint = paintFor(stdout)
    this.stderr = stderr
    this.clock = clock
    this.random = random
    // Who closes standard error does not want to read it.
    stderr.on('error', () => {})
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
    return (await this.openStoredArchive(purpose)).archive
  }

  /** As `openArchive`, with the store for what goes beside the archive. */
  async openStoredArchive(purpose: 'read' | 'write'): Promise<OpenedArchive> {
    const opened = await openArchiveAt(this, purpose)
    this.#archive = opened.archive
    return opened
  }

  async close(): Promise<void> {
    await this.#archive?.close()
    await this.output.flush()
  }

  /** A dim line beside the answer, on standard error: receipts, hints. `--quiet` hides it. */
  note(line: string): void {
    if (!this.quiet) this.warn(paintFor(this.stderr)('dim', line))
  }

  /** A line on standard error that nothing hides. */
  warn(line: string): void {
    this.stderr.write(`${line}\n`)
  }
}

function theProcess(): Surroundings {
  const { stdout, stderr } = process
  return { stdout, stderr, clock: systemClock, random: systemRandom }
}
