import { readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Archive } from '../archive.ts'
import { showHistogram } from './commands/histogram.ts'
import { showValues } from './commands/values.ts'
import { showHits } from './hits.ts'
import { importFiles } from './import-files.ts'
import type { OpenedArchive } from './open.ts'
import { showCounted } from './render/figures.ts'
import { showOutcomes } from './render/import-table.ts'
import type { Session } from './session.ts'

const inCheckout = import.meta.url.endsWith('.ts')
const dataFolder = fileURLToPath(
  new URL(inCheckout ? '../../examples/data/' : '../examples/data/', import.meta.url),
)
const command = inCheckout ? 'npm run -s varve --' : 'varve'

/**
 * Fills an empty archive with the logs shipped as examples and asks three questions about them, as
 * a user would; of one that holds events it only says so, unless `again` asks for the questions.
 */
export async function showDemo(
  session: Session,
  opened: OpenedArchive,
  again: boolean,
): Promise<void> {
  const { archive } = opened
  const { tail, sealed } = await archive.stat()
  const eventCount = tail.events + sealed.events
  const { output, paint } = session
  if (eventCount > 0) {
    await output.write(`varve: the archive is there, with ${showCounted(eventCount, 'event')}\n`)
    if (!again) return
  } else {
    await output.write(await importExamples(session, opened))
  }
  for (const { words, ask } of questions) {
    await output.write(`\n${paint('bold', `$ ${command} ${words}`)}\n`)
    await ask(session, archive)
  }
  await output.write('\n')
}

const stream = 'apache_access'
const guesses = 'path:*xmlrpc.php'

const questions: readonly {
  /** As the user would type it. */
  readonly words: string
  readonly ask: (session: Session, archive: Archive) => Promise<unknown>
}[] = [
  {
    words: `search 'status:403' --stream ${stream}`,
    ask: (session, archive) =>
      showHits(session, archive, { query: 'status:403', stream }, { order: 'desc' }),
  },
  {
    words: `values client '${guesses}' --limit 5`,
    ask: (session, archive) =>
      showValues(session, archive, { field: 'client', query: guesses, limit: 5 }),
  },
  {
    words: `histogram '${guesses}' --interval hour`,
    ask: (session, archive) =>
      showHistogram(session, archive, { query: guesses, interval: 'hour' }),
  },
]

async function importExamples(session: Session, opened: OpenedArchive): Promise<string> {
  const names = (await readdir(dataFolder)).filter(name => name.endsWith('.gz')).sort()
  const paths = names.map(name => `${dataFolder}${name}`)
  const outcomes = await Array.fromAsync(importFiles(session, opened, paths, {}))
  const shown = outcomes.map((each, at) => ({ ...each, path: `examples/data/${names[at]}` }))
  return showOutcomes(shown, session.paint)
}
