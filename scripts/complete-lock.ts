import { readFile, writeFile } from 'node:fs/promises'
import { completed } from './lock-file.ts'

/** Adds to package-lock.json what npm left out because the registry here does not offer it. */
const path = new URL('../package-lock.json', import.meta.url)
const lock = completed(JSON.parse(await readFile(path, 'utf8')))
await writeFile(path, `${JSON.stringify(lock, undefined, 2)}\n`)
