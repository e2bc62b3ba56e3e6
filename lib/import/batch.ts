import type { Format } from './format.ts'
import type { Stamped } from './time-stamper.ts'

/** A piece of a file that was not taken as it should have been, and where. */
export interface ImportFinding {
  /** The file, and the member within an archive. */
  readonly file: string
  readonly line: number
  readonly detail: string
  /** `rejected`: no event holds it. `raw`: it is kept as a raw event with `@error`. */
  readonly outcome: 'rejected' | 'raw'
}

/** What the batches of one file share. */
export interface BatchOrigin {
  readonly file: string
  readonly stream: string
  readonly format: Format
}

/** The next events of a file that go to the archive together. */
export interface ImportBatch {
  readonly origin: BatchOrigin
  /** NDJSON; empty when the batch only has findings. */
  readonly lines: Buffer
  /** Of each event the line of the file it comes from. */
  readonly sourceLines: readonly number[]
  readonly rejected: number
  readonly errors: number
  /** The first `findingsMax`. */
  readonly findings: readonly ImportFinding[]
}

/** How a file is cut into batches; part of their identity. */
export interface BatchCut {
  readonly batchBytes: number
  readonly batchEvents: number
  readonly eventBytesMax: number
}

const lineFeed = 0x0a

/** Collects events until a batch is full. The same events and cut always give the same batches. */
export class BatchBuilder {
  readonly #origin: BatchOrigin
  readonly #cut: BatchCut
  readonly #findingsMax: number
  #buffer: Buffer = Buffer.alloc(0)
  #sizeBytes = 0
  #sourceLines: number[] = []
  #findings: ImportFinding[] = []
  #rejected = 0
  #errors = 0

  constructor(origin: BatchOrigin, cut: BatchCut, findingsMax: number) {
    this.#origin = origin
    this.#cut = cut
    this.#findingsMax = findingsMax
  }

  /** The batch that was full before this piece, if it was. */
  add(piece: Stamped): ImportBatch | undefined {
    if ('rejected' in piece) {
      this.#reject(piece.line, piece.rejected)
      return undefined
    }
    const { json, line, error } = piece
    const sizeBytes = typeof json === 'string' ? Buffer.byteLength(json) : json.length
    const { eventBytesMax, batchBytes, batchEvents } = this.#cut
    if (sizeBytes > eventBytesMax) {
      this.#reject(line, `its event has ${sizeBytes} bytes, at most ${eventBytesMax} are taken`)
      return undefined
    }
    const full =
      this.#sizeBytes + sizeBytes + 1 > batchBytes || this.#sourceLines.length >= batchEvents
    const batch = full ? this.finish() : undefined
    if (error !== undefined) this.#noteError(line, error)
    this.#write(json, sizeBytes)
    this.#sourceLines.push(line)
    return batch
  }

  /** What was collected; `undefined` when nothing was. */
  finish(): ImportBatch | undefined {
    if (this.#sourceLines.length === 0 && this.#rejected === 0) return undefined
    const batch: ImportBatch = {
      origin: this.#origin,
      lines: this.#buffer.subarray(0, this.#sizeBytes),
      sourceLines: this.#sourceLines,
      rejected: this.#rejected,
      errors: this.#errors,
      findings: this.#findings,
    }
    this.#buffer = Buffer.alloc(0)
    this.#sizeBytes = 0
    this.#sourceLines = []
    this.#findings = []
    this.#rejected = 0
    this.#errors = 0
    return batch
  }

  #write(json: string | Buffer, sizeBytes: number): void {
    const needed = this.#sizeBytes + sizeBytes + 1
    if (needed > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(65_536, needed, this.#buffer.length * 2))
      this.#buffer.copy(larger, 0, 0, this.#sizeBytes)
      this.#buffer = larger
    }
    if (typeof json === 'string') this.#buffer.write(json, this.#sizeBytes)
    else json.copy(this.#buffer, this.#sizeBytes)
    this.#buffer[needed - 1] = lineFeed
    this.#sizeBytes = needed
  }

  #reject(line: number, detail: string): void {
    this.#rejected++
    this.#note(line, detail, 'rejected')
  }

  #noteError(line: number, detail: string): void {
    this.#errors++
    this.#note(line, detail, 'raw')
  }

  #note(line: number, detail: string, outcome: ImportFinding['outcome']): void {
    if (this.#findings.length >= this.#findingsMax) return
    this.#findings.push({ file: this.#origin.file, line, detail, outcome })
  }
}
