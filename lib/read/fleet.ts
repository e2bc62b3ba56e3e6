import type { StoredFrame } from '../bucket/reader.ts'
import type { Veil } from '../mask/veil.ts'

/** A frame to be looked through, as plain data that can travel. */
export interface FrameOrder {
  readonly entry: StoredFrame
  readonly query: string
  /** Half-open. */
  readonly startMicros: number
  readonly endMicros: number
  readonly wanted: ReadonlySet<string> | undefined
  readonly isContested: boolean
  /** Of lines only time and stream are wanted, unless the frame is contested. */
  readonly headsOnly?: boolean
  /** What the catalog hides of it. */
  readonly veil?: Veil | undefined
}

/** What a look through a frame shows (`scanFrame`), copied out of the frame. */
export interface ShownLines {
  /** Each ends in a newline. */
  readonly lines: Buffer
  /** For each line 1 when it matches, else 0; `undefined`: all of them do. */
  readonly matches: Uint8Array | undefined
  /** Why the lines behind these could not be read. */
  readonly fault: string | undefined
}

/**
 * Decodes and looks through the frames of heavy questions beside the thread that asks. The answer
 * is the same without one.
 */
export interface Fleet {
  /**
   * Throws `corrupt` when the frame cannot be decoded, the signal's reason once it is aborted.
   * `compressed` is just the frame; it stays as it is.
   */
  scan(compressed: Buffer, order: FrameOrder, signal: AbortSignal): Promise<ShownLines>
  /** Ends what is under way; nothing may be asked afterwards. */
  close(): Promise<void>
}
