import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Archive } from '../../lib/archive.ts'
import { systemClock } from '../../lib/core/clock.ts'
import { isFault } from '../../lib/operate/finding.ts'
import { ackedBefore, readNotes } from './backup-note.ts'
import { faultsOfRead } from './check.ts'
import { Crew, type CrewOptions } from './crew.ts'
import { ackedNames, readLog } from './log.ts'
import { openSoaked } from './open.ts'

export interface SoakReport {
  readonly acked: number
  readonly stored: number
  readonly reads: number
  readonly kills: number
  /** Backups that came to stand, killed ones among them. */
  readonly backups: number
  /** Events in what was restored of the last one. */
  readonly restored: number
  readonly faults: readonly string[]
  /** What processes said before they ended by themselves. */
  readonly crashes: readonly string[]
}

/**
 * Lets processes write, fold, read and back up one archive while they are killed at random, and
 * tells what was lost, doubled or wrongly read, there and in what is restored of the backups.
 */
export async function soak(options: CrewOptions): Promise<SoakReport> {
  const crew = new Crew(options)
  const kills = await crew.work()
  const archive = await openSoaked(options.url)
  await systemClock.sleep(3_100)
  await archive.brigadeOnce()
  const { logs, report } = crew
  const acked = readdirSync(logs).flatMap(file => ackedNames(file, readLog(join(logs, file))))
  const { faults, eventCount } = await faultsOfRead(archive, acked)
  const found = await faultsOfVerification(archive, 'archive')
  const earlier = await faultsOfLastNoted(crew, options)
  const last = await backUpAndRestore(archive, options, acked, eventCount)
  const lines = existsSync(report) ? readFileSync(report, 'utf8').split('\n') : []
  return {
    acked: acked.length,
    stored: eventCount,
    reads: lines.filter(line => line.startsWith('read')).length,
    kills,
    backups: last.number - 1,
    restored: last.eventCount,
    faults: [...lines.filter(isFaultLine), ...faults, ...found, ...earlier, ...last.faults],
    crashes: crew.crashes,
  }
}

function isFaultLine(line: string): boolean {
  return line.startsWith('fault')
}

/** What a backup made amid everything lacks of what was acknowledged before it began. */
async function faultsOfLastNoted(crew: Crew, options: CrewOptions): Promise<string[]> {
  const note = readNotes(crew.notes).at(-1)
  if (!note) return []
  const restored = await openSoaked(`${options.url}-earlier`)
  const generation = note.number
  const { lacking } = await restored.restore(`${options.url}-backup`, { generation })
  const { faults } = await faultsOfRead(restored, ackedBefore(note, crew.logs))
  return [...lacking.map(({ key }) => `lacks ${key}`), ...faults].map(
    fault => `backup ${note.number}: ${fault}`,
  )
}

/** What is restored of a last backup holds what the archive does, and is whole. */
async function backUpAndRestore(
  archive: Archive,
  options: CrewOptions,
  acked: readonly string[],
  storedCount: number,
): Promise<{ number: number; eventCount: number; faults: string[] }> {
  const { generation } = await archive.backup(`${options.url}-backup`, { keep: 1 })
  const restored = await openSoaked(`${options.url}-restored`)
  const { lacking } = await restored.restore(`${options.url}-backup`)
  const { faults, eventCount } = await faultsOfRead(restored, acked)
  faults.push(...lacking.map(({ key }) => `lacks ${key}`))
  if (eventCount !== storedCount) faults.push(`${eventCount} events of ${storedCount}`)
  faults.push(...(await faultsOfVerification(restored, 'restored archive')))
  const told = faults.map(fault => `last backup: ${fault}`)
  return { number: generation.number, eventCount, faults: told }
}

async function faultsOfVerification(archive: Archive, what: string): Promise<string[]> {
  const faults: string[] = []
  for await (const finding of archive.verify()) {
    if (isFault(finding))
      faults.push(`${what}: ${finding.kind} ${finding.object} ${finding.reason}`)
  }
  return faults
}
