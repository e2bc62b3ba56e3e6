import { readFile, writeFile } from 'node:fs/promises'
import { completed, withoutScripts } from './lock-file.ts'

/**
 * Adds to package-lock.json what npm left out because the registry here does not offer it, and
 * takes out that packages have install scripts which package.json does not allow.
 */
const path = new URL('../package-lock.json', import.meta.url)
const { allowScripts } = JSON.parse(
  await readFile(new URL('../package.json', import.meta.url), 'utf8'),
)
const lock = withoutScripts(completed(JSON.parse(await readFile(path, 'utf8'))), allowScripts)
await writeFile(path, `${JSON.stringify(lock, undefined, 2)}\n`)
