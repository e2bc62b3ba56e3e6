import { rename, writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { hashOfKey, makeApiKey } from '../../access/api-key.ts'
import { type KeyEntry, parseKeyList } from '../../access/key-list.ts'
import { ArchiveError } from '../../core/errors.ts'
import { keysIn } from '../key-file.ts'
import { run } from '../run.ts'
import type { Session } from '../session.ts'

interface KeyOptions {
  readonly file: string
}

export function addKey(program: Command): void {
  program
    .command('key')
    .description('make an API key: print it once, and put its hash into a file')
    .argument('<name>', 'who gets it')
    .argument('<scope...>', 'ingest, read, admin, or of some streams only: ingest:web/ read:web/')
    .option('--file <file>', 'where keys are kept, as `serve --keys` takes it', 'varve-keys.json')
    .action((name: string, scopes: readonly string[], options: KeyOptions, self: Command) =>
      run(self, session => makeKey(session, { name, scopes }, options.file)),
    )
}

async function makeKey(
  session: Session,
  { name, scopes }: Pick<KeyEntry, 'name' | 'scopes'>,
  file: string,
): Promise<0> {
  const known = (await keysIn(file)) ?? []
  if (known.some(entry => entry.name === name)) {
    throw new ArchiveError('conflict', `${file} has a key for ${name}; remove it there first`)
  }
  const key = makeApiKey(session.random)
  const text = JSON.stringify([...known, { name, hash: hashOfKey(key), scopes }], null, 2)
  parseKeyList(text)
  await replace(file, `${text}\n`)
  await session.output.write(key, '\n')
  session.note(`it is shown once; ${file} has its hash`)
  return 0
}

/** In one step: a file cut off would lock everybody out. */
async function replace(file: string, text: string): Promise<void> {
  const fresh = `${file}.${process.pid}`
  await writeFile(fresh, text, { mode: 0o600 })
  await rename(fresh, file)
}
