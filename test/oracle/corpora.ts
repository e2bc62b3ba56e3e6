import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { adversaries, workloads } from '../../bench/corpora/corpora.ts'
import { type Archive, openArchive } from '../../lib/archive.ts'
import { systemClock } from '../../lib/core/clock.ts'
import { defaultSettings } from '../../lib/core/settings.ts'
import { importFile } from '../../lib/import/import-file.ts'
import { openFile } from '../../lib/import/open-file.ts'
import { MemoryStore } from '../../lib/store/memory-store.ts'
import { archiveLines } from '../support/archive-lines.ts'
import type { TestEvent } from '../support/make-archive.ts'
import { recurringEvents } from './recurring-events.ts'

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

const generated = new Map(
  [...workloads, ...adversaries].map(corpus => [`made-${corpus.name}`, corpus]),
)
const generatedBytes = 2 ** 21

/** Events of one kind, as they are to be stored. */
export interface Corpus {
  readonly name: string
  readonly events: readonly TestEvent[]
}

/** Names of the corpora there are here: real files, and events made to be hard. */
export function corpusNames(): string[] {
  const real = Object.entries(files).filter(([, file]) => placeOf(file) !== undefined)
  return [...real.map(([name]) => name), ...generated.keys(), 'recurring', 'hostile']
}

export async function loadCorpus(name: string): Promise<Corpus> {
  if (name === 'recurring') return { name, events: recurringEvents() }
  if (name === 'hostile') {
    const { hostileEvents } = await import('./hostile-events.ts')
    return { name, events: hostileEvents() }
  }
  const { archive, store } = await openMemory()
  const made = generated.get(name)
  if (made) {
    for (const { lines } of made.blocks({ seed: 1, sizeBytes: generatedBytes })) {
      await archive.append({ lines, ...(made.timeFields && { timeFields: made.timeFields }) })
    }
  } else await importReal(name, archive, store)
  const lines = await archiveLines(store)
  return { name, events: lines.map(eventOf).sort((a, b) => a.time - b.time) }
}

async function openMemory() {
  const store = new MemoryStore(systemClock)
  return { store, archive: await openArchive({ store, settings: { groupCommitMillis: 0 } }) }
}

async function importReal(name: string, archive: Archive, store: MemoryStore): Promise<void> {
  const place = Object.hasOwn(files, name) && placeOf(files[name as keyof typeof files])
  if (!place) throw new Error(`no corpus ${name} here, there are: ${corpusNames().join(', ')}`)
  await using source = await openFile(place, process.stdin)
  const job = { archive, store, clock: systemClock, settings: defaultSettings }
  await importFile({ ...job, source, options: { year: 2025 } })
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
