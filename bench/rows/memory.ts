import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openArchive } from '../../lib/archive.ts'
import type { Figure } from '../figure.ts'
import { appendCopies, type RealLog } from '../real-logs.ts'

/** Enough raw bytes for several folds and for a compaction of what they made. */
const wantedBytes = 400e6

/**
 * M1: peak memory of a process that folds and compacts, over what it holds when it has only opened
 * the archive. The archive lies in a directory, so that its data is no part of it.
 */
export async function measureMemory(logs: readonly RealLog[]): Promise<Figure[]> {
  const log = logs[0]!
  const sizeBytes = log.appends.reduce((sum, request) => sum + request.lines.length, 0)
  const folder = mkdtempSync(join(tmpdir(), 'varve-bench-'))
  try {
    const archive = await openArchive({ store: `file:${folder}` })
    await appendCopies(archive, log, Math.ceil(wantedBytes / sizeBytes))
    const program = join(import.meta.dirname, 'brigade-memory.ts')
    const ran = spawnSync(process.execPath, [program, folder], { encoding: 'utf8' })
    if (ran.status !== 0) throw new Error(`brigade-memory failed: ${ran.stderr}`)
    const { baseBytes, peakBytes, batches, compactedRuns } = JSON.parse(ran.stdout)
    return [
      {
        id: 'M1',
        figure: 'peak memory of fold and compaction, over base',
        value: (peakBytes - baseBytes) / 1e6,
        unit: 'MB',
        target: 256,
        peers: { 'batches folded': batches, 'runs compacted': compactedRuns },
      },
    ]
  } finally {
    rmSync(folder, { recursive: true })
  }
}
