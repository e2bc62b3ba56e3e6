import { defaultSettings, type Settings } from '../../lib/core/settings.ts'
import type { ImportFinding } from '../../lib/import/batch.ts'
import { newMarker } from '../../lib/import/marker.ts'
import {
  type ImportedFile,
  type ImportOptions,
  readBatches,
} from '../../lib/import/read-batches.ts'

export const importTime = '2026-11-20T12:00:00Z'

/** All that a file of these chunks gives, read in one go. */
export async function readAll(
  name: string,
  chunks: readonly Buffer[],
  options: ImportOptions = {},
  settings: Settings = defaultSettings,
): Promise<{
  events: string[]
  findings: ImportFinding[]
  files: ImportedFile[]
  faults: string[]
  rejected: number
}> {
  const importMicros = Date.parse(importTime) * 1000
  const { cut } = newMarker(name, importMicros, settings)
  const read = { files: [], filesCount: 0, yearsFound: new Set<number>(), faults: [] }
  const events: string[] = []
  const findings: ImportFinding[] = []
  let rejected = 0
  const plan = { options, cut, importMicros, settings }
  for await (const batch of readBatches(name, chunked(chunks), plan, read)) {
    events.push(...batch.lines.toString().split('\n').slice(0, -1))
    findings.push(...batch.findings)
    rejected += batch.rejected
  }
  return { events, findings, files: read.files, faults: read.faults, rejected }
}

export async function* chunked(chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* chunks
}
