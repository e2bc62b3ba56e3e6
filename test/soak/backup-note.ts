import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Erased, erasedBy, parseErasures } from './erasures.ts'
import { ackedNames, parseLog, wholeLines } from './log.ts'

/** One line of the notes of the process that backs up. */
export interface BackupNote {
  readonly number: number
  readonly copiedObjects: number
  readonly lacking: number
  /** How long each writer's log was before the backup began. */
  readonly logBytes: Readonly<Record<string, number>>
  /** The same of the eraser's. */
  readonly erasureBytes: number
}

/** The whole lines of the notes. */
export function readNotes(file: string): BackupNote[] {
  if (!existsSync(file)) return []
  return wholeLines(readFileSync(file, 'utf8')).map(line => JSON.parse(line) as BackupNote)
}

/** Names of all events that were acknowledged before this backup began. */
export function ackedBefore({ logBytes }: BackupNote, logs: string): string[] {
  return Object.entries(logBytes).flatMap(([writer, sizeBytes]) => {
    const text = readFileSync(join(logs, writer)).subarray(0, sizeBytes).toString()
    return ackedNames(writer, parseLog(text))
  })
}

/** What had been erased before this backup began, and what may have been since. */
export function erasedBefore({ erasureBytes }: BackupNote, erasures: string): Erased {
  const log = readFileSync(erasures)
  const before = erasedBy(parseErasures(log.subarray(0, erasureBytes).toString()))
  return { surely: before.surely, perhaps: erasedBy(parseErasures(log.toString())).perhaps }
}
