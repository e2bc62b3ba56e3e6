import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ackedNames, parseLog } from './log.ts'

/** One line of the notes of the process that backs up. */
export interface BackupNote {
  readonly number: number
  readonly copiedObjects: number
  readonly lacking: number
  /** How long each writer's log was before the backup began. */
  readonly logBytes: Readonly<Record<string, number>>
}

/** The whole lines of the notes. */
export function readNotes(file: string): BackupNote[] {
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  return lines.filter(line => line.endsWith('}')).map(line => JSON.parse(line) as BackupNote)
}

/** Names of all events that were acknowledged before this backup began. */
export function ackedBefore({ logBytes }: BackupNote, logs: string): string[] {
  return Object.entries(logBytes).flatMap(([writer, sizeBytes]) => {
    const text = readFileSync(join(logs, writer)).subarray(0, sizeBytes).toString()
    return ackedNames(writer, parseLog(text))
  })
}
