import { existsSync, readFileSync } from 'node:fs'
import { wholeLines } from './log.ts'

/** A line of the eraser's log: an event it is about to erase, or whose mask is acknowledged. */
export interface ErasureEntry {
  readonly what: 'erasing' | 'erased'
  readonly erasureId: string
  readonly writer: string
  readonly number: number
}

/** What was erased, and what may have been. */
export interface Erased {
  readonly surely: ReadonlySet<string>
  readonly perhaps: ReadonlySet<string>
}

export function readErasures(file: string): ErasureEntry[] {
  return existsSync(file) ? parseErasures(readFileSync(file, 'utf8')) : []
}

export function parseErasures(text: string): ErasureEntry[] {
  return wholeLines(text).map(line => JSON.parse(line) as ErasureEntry)
}

/** Names of the events of these entries. */
export function erasedBy(entries: readonly ErasureEntry[]): Erased {
  const nameOf = ({ writer, number }: ErasureEntry) => `${writer}-${number}`
  const surely = entries.filter(each => each.what === 'erased')
  return { surely: new Set(surely.map(nameOf)), perhaps: new Set(entries.map(nameOf)) }
}
