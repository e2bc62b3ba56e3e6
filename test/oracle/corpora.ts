import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openArchive } from '../../lib/archive.ts'
import { systemClock } from '../../lib/core/clock.ts'
import { defaultSettings } from '../../lib/core/settings.ts'
import { importFile } from '../../lib/import/import-file.ts'
import { openFile } from '../../lib/import/open-file.ts'
import { MemoryStore } from '../../lib/store/memory-store.ts'
import { archiveLines } from '../support/archive-lines.ts'
import type { TestEvent } from '../support/make-archive.ts'

const root = join(import.meta.dirname, '../..')
const folders = [join(root, '../shared/data'), join(root, 'examples/data')]

const files = {
  web: 'apache_combined.log.gz',
  access: 'apache_access.log.gz',
  ssh: 'openssh.log.gz',
  cloudtrail: 'cloudtrail.tar.gz',
  app: 'kafka-logs.tar.gz',
  api: 'github-events.ndjson.gz',
  status: 'nginxplus_status.ndjson.gz',
} as const

/** Events of one kind, as they are to be stored. */
export interface Corpus {
  readonly name: string
  readonly events: readonly TestEvent[]
}

/** Names of the corpora there are here: real files, and events made to be hard. */
export function corpusNames(): string[] {
  const real = Object.entries(files).filter(([, file]) => placeOf(file) !== undefined)
  return [...real.map(([name]) => name), 'hostile']
}

export async function loadCorpus(name: string): Promise<Corpus> {
  if (name === 'hostile') {
    const { hostileEvents } = await import('./hostile-events.ts')
    return { name, events: hostileEvents() }
  }
  const place = Object.hasOwn(files, name) && placeOf(files[name as keyof typeof files])
  if (!place) throw new Error(`no corpus ${name} here, there are: ${corpusNames().join(', ')}`)
  const store = new MemoryStore(systemClock)
  const archive = await openArchive({ store, settings: { groupCommitMillis: 0 } })
  await using source = await openFile(place, process.stdin)
  const job = { archive, store, clock: systemClock, settings: defaultSettings }
  await importFile({ ...job, source, options: { year: 2025 } })
  const lines = await archiveLines(store)
  return { name, events: lines.map(eventOf).sort((a, b) => a.time - b.time) }
}

function placeOf(file: string): string | undefined {
  return folders.map(folder => join(folder, file)).find(path => existsSync(path))
}

const stored = /^\{"@time":(\d+),"@stream":"([^"]*)"(?:,"@id":("(?:[^"\\]|\\.)*"))?,?(.*)\}$/s

/** What a stored line (docs/format.md, section 2) says. */
function eventOf(line: string): TestEvent {
  const [, time, stream = '', id, rest] = stored.exec(line)!
  return {
    time: Number(time),
    stream,
    ...(id && { id: JSON.parse(id) as string }),
    ...(rest && { rest }),
  }
}
