import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Built } from './bundle.ts'

const compiler = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url))
const project = fileURLToPath(new URL('cdk-types.json', import.meta.url))
const entry = 'infra/event-archive.d.ts'

/** The declarations of `varve/cdk`: those of the construct, and of the files that they name. */
export async function cdkTypes(): Promise<Built[]> {
  const folder = await mkdtemp(join(tmpdir(), 'varve-types-'))
  try {
    await promisify(execFile)(process.execPath, [compiler, '-p', project, '--outDir', folder])
    return await filesFrom(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function filesFrom(folder: string): Promise<Built[]> {
  const files = new Map<string, Uint8Array>()
  const waiting = [entry]
  for (const path of waiting) {
    if (files.has(path)) continue
    const bytes = await readFile(join(folder, path))
    files.set(path, bytes)
    waiting.push(...namedBy(path, bytes.toString()))
  }
  return [...files].map(([path, bytes]) => ({ output: `types/${path}`, bytes }))
}

function namedBy(path: string, text: string): string[] {
  const named = text.matchAll(/ from '(\.[^']+)\.ts'|import\('(\.[^']+)\.ts'\)/g)
  return [...named].map(([, first, second]) =>
    posix.join(posix.dirname(path), `${first ?? second}.d.ts`),
  )
}
