import { ArchiveError } from '../core/errors.ts'
import type { ImportBatch, ImportFinding } from './batch.ts'
import type { ImportJob, ImportReport } from './import-file.ts'
import { batchIdOf, type ImportMarker, type ImportTotals } from './marker.ts'
import type { HeldMarker, MarkerStore } from './marker-store.ts'
import { type ReadFindings, readBatches } from './read-batches.ts'

const none: ImportTotals = { events: 0, rejected: 0, errors: 0 }

/**
 * One run of an import from where its marker stands. Batches go to the archive in groups, several
 * at a time; when a group is stored the marker moves on, and ids carry a new time from there. So
 * a crash leaves at most one group in doubt, and its batches are the same when they are sent
 * again.
 */
export class ImportRun {
  readonly #job: ImportJob
  readonly #hash: string
  readonly #markers: MarkerStore
  readonly #startMicros: number
  #held: HeldMarker
  /** The group may have been sent so long ago that the archive only looks its batches up. */
  #inDoubt: boolean
  #unproved: { readonly number: number; readonly batch: ImportBatch }[] = []
  #number = 0
  #sending: Promise<void>[] = []
  #group = none
  #proved: number[] = []
  #events = 0
  #batches = 0
  #skipped = 0
  #bytesDone = 0
  readonly #findings: ImportFinding[] = []

  constructor(job: ImportJob, hash: string, markers: MarkerStore, held: HeldMarker) {
    this.#job = job
    this.#hash = hash
    this.#markers = markers
    this.#held = held
    this.#startMicros = job.clock.nowMicros()
    const { acceptWindowMillis, futureWindowMillis } = job.settings
    this.#inDoubt = this.#groupAgeMillis() > acceptWindowMillis - futureWindowMillis
  }

  async run(): Promise<Omit<ImportReport, 'file' | 'sizeBytes' | 'millis'>> {
    const { source, options, settings } = this.#job
    const { cut, startedMicros } = this.#held.marker
    const plan = { options, settings, cut, importMicros: startedMicros }
    const yearsFound = new Set<number>()
    const read: ReadFindings = { files: [], filesCount: 0, yearsFound, faults: [] }
    try {
      for await (const batch of readBatches(source.name, this.#chunks(), plan, read)) {
        await this.#take(batch)
      }
      await this.#closeGroup(read.faults)
    } catch (error) {
      await Promise.allSettled(this.#sending)
      throw error
    }
    return {
      alreadyImported: false,
      events: this.#events,
      totals: this.#held.marker.totals,
      batches: this.#batches,
      skippedBatches: this.#skipped,
      ...read,
      yearsFound: [...yearsFound],
      findings: this.#findings,
    }
  }

  async *#chunks(): AsyncGenerator<Buffer> {
    for await (const chunk of this.#job.source.chunks()) {
      yield chunk
      this.#bytesDone += chunk.length
      this.#reportProgress()
    }
  }

  async #take(batch: ImportBatch): Promise<void> {
    this.#job.signal?.throwIfAborted()
    const number = this.#number++
    const { batchesDone, storedInGroup, groupBatches } = this.#held.marker
    if (number < batchesDone) {
      this.#skipped++
      return
    }
    this.#note(batch.findings)
    this.#count({ events: 0, rejected: batch.rejected, errors: batch.errors })
    if (storedInGroup.includes(number)) {
      this.#skipped++
      this.#count({ ...none, events: batch.sourceLines.length })
    } else if (this.#inDoubt) await this.#prove(number, batch)
    else await this.#send(number, batch)
    if (this.#number % groupBatches === 0) await this.#closeGroup()
  }

  /** Sends a batch, after waiting until fewer than `importAppendsMax` are on their way. */
  async #send(number: number, batch: ImportBatch): Promise<void> {
    if (this.#sending.length >= this.#job.settings.importAppendsMax) await this.#sending.shift()
    const sent = this.#append(number, batch)
    sent.catch(() => {}) // awaited later, in order
    this.#sending.push(sent)
  }

  async #append(number: number, { origin, lines, sourceLines }: ImportBatch): Promise<void> {
    if (lines.length === 0) return
    const { stream, format, file } = origin
    const key = batchIdOf(this.#held.marker, this.#hash, number)
    const { timeFields, idFields } = format
    const { accepted, rejected, errors } = await this.#appendPatiently(number, {
      ...{ lines, stream, key, timeFields, idFields },
    })
    this.#batches++
    this.#events += accepted
    this.#count({ ...none, events: accepted, rejected })
    this.#note(
      errors.map(({ line = 1, detail }) => ({
        ...{ file, line: sourceLines[line - 1] ?? 0, detail, outcome: 'rejected' },
      })),
    )
    this.#reportProgress()
  }

  /** Waits as long as the archive asks to, up to `importWaitsMax` times. */
  async #appendPatiently(number: number, request: Parameters<ImportJob['archive']['append']>[0]) {
    const { archive, clock, settings, signal, source } = this.#job
    for (let waits = 0; ; waits++) {
      try {
        return await archive.append(signal ? { ...request, signal } : request)
      } catch (error) {
        if (!(error instanceof ArchiveError)) throw error
        const { code, message, details, retryAfterSeconds } = error
        if (code === 'unavailable' && retryAfterSeconds && waits < settings.importWaitsMax) {
          await clock.sleep(retryAfterSeconds * 1000, signal)
          continue
        }
        const what = `the import of ${source.name} stopped at batch ${number}: ${message}`
        throw new ArchiveError(code, `${what}; importing the file again goes on from there`, {
          ...{ cause: error, details, ...(retryAfterSeconds && { retryAfterSeconds }) },
        })
      }
    }
  }

  /** Under its old id the archive only looks for the batch and never stores it. */
  async #prove(number: number, batch: ImportBatch): Promise<void> {
    try {
      await this.#append(number, batch)
      this.#proved.push(number)
    } catch (error) {
      if (!(error instanceof ArchiveError && error.code === 'conflict')) throw error
      this.#unproved.push({ number, batch })
    }
  }

  /**
   * All batches of the group are stored: the marker says so. With faults the file is at its end.
   */
  async #closeGroup(faults?: readonly string[]): Promise<void> {
    if (this.#unproved.length > 0) await this.#sendUnproved()
    this.#inDoubt = false
    while (this.#sending.length > 0) await this.#sending.shift()
    const end = this.#number
    const nowMicros = this.#job.clock.nowMicros()
    const group = this.#group
    this.#group = none
    this.#held = await this.#markers.change(this.#held, marker => {
      if (marker.complete || (marker.batchesDone >= end && !faults)) return undefined
      const moved: ImportMarker =
        marker.batchesDone >= end
          ? marker
          : { ...marker, batchesDone: end, totals: sum(marker.totals, group), storedInGroup: [] }
      return { ...moved, groupMicros: nowMicros, ...(faults && { complete: true, faults }) }
    })
  }

  /**
   * What the archive does not find was never stored, as long as it forgets nothing of that age. The
   * marker first tells what is stored and the new time of the ids, then the others are sent.
   */
  async #sendUnproved(): Promise<void> {
    const { settings, clock, again, source } = this.#job
    const { groupMicros } = this.#held.marker
    const provableMillis = settings.floorLagMillis - settings.acceptWindowMillis
    if (this.#groupAgeMillis() > provableMillis && !again) {
      const numbers = this.#unproved.map(({ number }) => number).join(', ')
      throw new ArchiveError(
        'conflict',
        `the import of ${source.name} was interrupted too long ago: whether batches ${numbers} ` +
          'were stored cannot be told any more. Importing again with --again stores them, ' +
          'perhaps twice',
      )
    }
    const proved = this.#proved
    this.#held = await this.#markers.change(this.#held, marker =>
      marker.groupMicros === groupMicros
        ? {
            ...marker,
            groupMicros: clock.nowMicros(),
            storedInGroup: [...marker.storedInGroup, ...proved],
          }
        : undefined,
    )
    for (const { number, batch } of this.#unproved) {
      const { batchesDone, storedInGroup: stored } = this.#held.marker
      if (number >= batchesDone && !stored.includes(number)) await this.#send(number, batch)
    }
    this.#unproved = []
  }

  #groupAgeMillis(): number {
    return (this.#job.clock.nowMicros() - this.#held.marker.groupMicros) / 1000
  }

  #count(totals: ImportTotals): void {
    this.#group = sum(this.#group, totals)
  }

  #note(findings: readonly ImportFinding[]): void {
    const room = this.#job.settings.errorDetailsMax - this.#findings.length
    this.#findings.push(...findings.slice(0, Math.max(0, room)))
  }

  #reportProgress(): void {
    const { source, clock, progress } = this.#job
    const seconds = (clock.nowMicros() - this.#startMicros) / 1e6
    progress?.({
      bytesDone: this.#bytesDone,
      bytesTotal: source.sizeBytes,
      events: this.#events,
      eventsPerSecond: seconds > 0 ? this.#events / seconds : 0,
    })
  }
}

function sum(left: ImportTotals, right: ImportTotals): ImportTotals {
  return {
    events: left.events + right.events,
    rejected: left.rejected + right.rejected,
    errors: left.errors + right.errors,
  }
}
