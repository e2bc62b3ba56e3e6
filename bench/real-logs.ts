import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Archive, openArchive } from '../lib/archive.ts'
import { makeBatchId } from '../lib/core/batch-id.ts'
import { systemClock } from '../lib/core/clock.ts'
import { systemRandom } from '../lib/core/random.ts'
import { defaultSettings } from '../lib/core/settings.ts'
import { importFile } from '../lib/import/import-file.ts'
import { openFile } from '../lib/import/open-file.ts'
import { MemoryStore } from '../lib/store/memory-store.ts'
import type { AppendRequest } from '../lib/write/appender.ts'

const root = join(import.meta.dirname, '..')
const realData = join(root, '../shared/data')

/** A real file as the importer hands it to an archive, and what it was before. */
export interface RealLog {
  readonly name: string
  readonly appends: readonly AppendRequest[]
  /** Bytes of the file, uncompressed: what a user has on disk. */
  readonly rawBytes: number
  readonly eventCount: number
}

const realFiles = [
  ['web', 'apache_combined.log.gz'],
  ['ssh', 'openssh.log.gz'],
  ['cloudtrail', 'cloudtrail.tar.gz'],
  ['app', 'kafka-logs.tar.gz'],
  ['api', 'github-events.ndjson.gz'],
] as const
const shipped = [['web', 'apache_access.log.gz']] as const

/** The real files beside the repository, or the one that is shipped with it. */
export async function loadRealLogs(): Promise<RealLog[]> {
  const logs: RealLog[] = []
  const files = existsSync(realData) ? realFiles : shipped
  const folder = existsSync(realData) ? realData : join(root, 'examples/data')
  for (const [name, file] of files) logs.push(await loadRealLog(name, join(folder, file)))
  return logs
}

async function loadRealLog(name: string, path: string): Promise<RealLog> {
  const appends: AppendRequest[] = []
  const store = new MemoryStore(systemClock)
  const archive = await openArchive({ store, settings: { groupCommitMillis: 0 } })
  const append = (request: AppendRequest) => {
    const { key: _, ...rest } = request
    appends.push(rest)
    return archive.append(request)
  }
  await using source = await openFile(path, process.stdin)
  let rawBytes = 0
  const settings = defaultSettings
  const job = {
    archive: { append },
    store,
    clock: systemClock,
    settings,
    source,
    options: { year: 2025 },
  }
  const report = await importFile(job)
  for (const { lines } of appends) rawBytes += originalBytes(lines)
  return { name, appends, rawBytes, eventCount: report.events }
}

/** What the events were in their file: a log line is its `message`, a JSON object is itself. */
function originalBytes(lines: Buffer): number {
  let sizeBytes = 0
  for (const line of lines.toString('utf8').split('\n')) {
    if (line === '') continue
    const { '@time': time, message } = JSON.parse(line)
    const isLogLine = time !== undefined && typeof message === 'string'
    sizeBytes += 1 + Buffer.byteLength(isLogLine ? message : line)
  }
  return sizeBytes
}

/** An archive in memory that holds the log this many times over, in so many streams. */
export async function fill(log: RealLog, copies: number) {
  const store = new MemoryStore(systemClock)
  const archive = await openArchive({ store })
  await appendCopies(archive, log, copies)
  return { archive, store }
}

/**
 * Every append has a key of its own, as those of the importer have, so that none waits for company.
 */
export async function appendCopies(archive: Archive, log: RealLog, copies: number): Promise<void> {
  for (let copy = 0; copy < copies; copy++) {
    for (const request of log.appends) {
      const stream = `copy-${copy}/${request.stream ?? 'all'}`
      await archive.append({ ...request, stream, key: makeBatchId(systemClock, systemRandom) })
    }
  }
}
