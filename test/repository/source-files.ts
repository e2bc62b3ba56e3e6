import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** A text file of the repository: its path from the root, with forward slashes, and its content. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

/** What a checker found: where, and what is wrong with it. */
export interface Finding {
  readonly path: string
  /** One-based; absent when the whole file is meant. */
  readonly line?: number
  readonly fault: string
}

const madeFolders = new Set(['node_modules', 'dist', 'cdk.out', 'varve-data', '.git', 'golden'])

/** Every file with one of these endings, outside of what is installed or made. */
export function sourceFiles(...endings: readonly string[]): SourceFile[] {
  return [...walk('')]
    .filter(path => endings.some(ending => path.endsWith(ending)))
    .sort()
    .map(path => ({ path, text: readFileSync(join(root, path), 'utf8') }))
}

export function show(findings: readonly Finding[]): string {
  return findings
    .map(({ path, line, fault }) => `${path}${line ? `:${line}` : ''} ${fault}`)
    .join('\n')
}

function* walk(folder: string): Generator<string> {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (entry.isFile()) yield path
    else if (entry.isDirectory() && !madeFolders.has(entry.name)) yield* walk(path)
  }
}
