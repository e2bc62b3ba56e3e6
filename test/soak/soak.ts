import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Archive } from '../../lib/archive.ts'
import { systemClock } from '../../lib/core/clock.ts'
import { isFault } from '../../lib/operate/finding.ts'
import { ackedBefore, erasedBefore, readNotes } from './backup-note.ts'
import { faultsOfRead } from './check.ts'
import { Crew, type CrewOptions } from './crew.ts'
import { erasedBy, readErasures } from './erasures.ts'
import { ackedNames, readLog } from './log.ts'
import { openSoaked } from './open.ts'

export interface SoakReport {
  readonly acked: number
  readonly stored: number
  readonly erased: number
  readonly reads: number
  readonly kills: number
  /** Processes that ended because the store did not answer in time. */
  readonly gaveUp: number
  /** Backups that came to stand amid everything. */
  readonly backups: number
  /** Events in what was restored of the last one. */
  readonly restored: number
  readonly faults: readonly string[]
  /** What processes said before they ended by themselves. */
  readonly crashes: readonly string[]
}

/**
 * Lets processes write, fold, read, erase and back up one archive while they are killed at random,
 * and tells what was lost, doubled, wrongly read or not erased, there and in what is restored of
 * the backups.
 */
export async function soak(options: CrewOptions): Promise<SoakReport> {
  const crew = new Crew(options)
  const kills = await crew.work()
  const archive = await openSoaked(options.url)
  await systemClock.sleep(3_100)
  await archive.brigadeOnce()
  const { logs, report } = crew
  const acked = readdirSync(logs).flatMap(file => ackedNames(file, readLog(join(logs, file))))
  const erased = erasedBy(readErasures(crew.erasures))
  const { faults, names } = await faultsOfRead(archive, acked, erased)
  const found = await faultsOfVerification(archive, 'archive')
  const earlier = await faultsOfLastNoted(crew, options)
  const last = await backUpAndRestore(archive, options, names)
  const lines = existsSync(report) ? readFileSync(report, 'utf8').split('\n') : []
  return {
    acked: acked.length,
    stored: names.size,
    erased: erased.surely.size,
    reads: lines.filter(line => line.startsWith('read')).length,
    kills,
    gaveUp: crew.gaveUp,
    backups: last.number - 1,
    restored: last.names.size,
    faults: [...lines.filter(isFaultLine), ...faults, ...found, ...earlier, ...last.faults],
    crashes: crew.crashes,
  }
}

function isFaultLine(line: string): boolean {
  return line.startsWith('fault')
}

/**
 * What a backup made amid everything lacks of what was acknowledged before it began, or has of
 * what was erased before.
 */
async function faultsOfLastNoted(crew: Crew, options: CrewOptions): Promise<string[]> {
  const note = readNotes(crew.notes).at(-1)
  if (!note) return []
  const restored = await openSoaked(`${options.url}-earlier`)
  const generation = note.number
  const { lacking } = await restored.restore(`${options.url}-backup`, { generation })
  const erased = erasedBefore(note, crew.erasures)
  const { faults } = await faultsOfRead(restored, ackedBefore(note, crew.logs), erased)
  return [...lacking.map(({ key }) => `lacks ${key}`), ...faults].map(
    fault => `backup ${note.number}: ${fault}`,
  )
}

/** What is restored of a last backup is whole and holds what the archive does, no more, no less. */
async function backUpAndRestore(
  archive: Archive,
  options: CrewOptions,
  stored: ReadonlySet<string>,
): Promise<{ number: number; names: ReadonlySet<string>; faults: string[] }> {
  const { generation } = await archive.backup(`${options.url}-backup`, { keep: 1 })
  const restored = await openSoaked(`${options.url}-restored`)
  const { lacking } = await restored.restore(`${options.url}-backup`)
  const nothing = { surely: new Set<string>(), perhaps: new Set<string>() }
  const { faults, names } = await faultsOfRead(restored, [...stored], nothing)
  faults.push(...lacking.map(({ key }) => `lacks ${key}`))
  for (const name of names) if (!stored.has(name)) faults.push(`${name} is not in the archive`)
  faults.push(...(await faultsOfVerification(restored, 'restored archive')))
  const told = faults.map(fault => `last backup: ${fault}`)
  return { number: generation.number, names, faults: told }
}

async function faultsOfVerification(archive: Archive, what: string): Promise<string[]> {
  const faults: string[] = []
  for await (const finding of archive.verify()) {
    const { kind, object, reason } = finding
    if (isFault(finding)) faults.push(`${what}: ${kind} ${object} ${reason}`)
  }
  return faults
}
