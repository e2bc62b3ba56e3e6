import type { Target } from './target.ts'

const loaders: Readonly<Record<string, () => Promise<{ readonly target: Target }>>> = {
  bucket: () => import('./targets/bucket.ts'),
  'bucket-lies': () => import('./targets/bucket-lies.ts'),
  lines: () => import('./targets/lines.ts'),
  index: () => import('./targets/index-flips.ts'),
  'index-lies': () => import('./targets/index-lies.ts'),
  summary: () => import('./targets/summary.ts'),
  'summary-lies': () => import('./targets/summary-lies.ts'),
  catalog: () => import('./targets/catalog.ts'),
  archive: () => import('./targets/archive.ts'),
  keys: () => import('./targets/keys.ts'),
  cursor: () => import('./targets/cursor.ts'),
  query: () => import('./targets/query.ts'),
  words: () => import('./targets/words.ts'),
  append: () => import('./targets/append.ts'),
  body: () => import('./targets/body.ts'),
  parameters: () => import('./targets/parameters.ts'),
  import: () => import('./targets/import-text.ts'),
  unpack: () => import('./targets/unpack.ts'),
  client: () => import('./targets/client.ts'),
  command: () => import('./targets/command.ts'),
}

export const targetNames: readonly string[] = Object.keys(loaders)

/** Loads only what it needs: the parsers of a target and nothing else. */
export async function targetNamed(name: string): Promise<Target> {
  const load = Object.hasOwn(loaders, name) ? loaders[name] : undefined
  if (!load) throw new Error(`no target ${name}, there are: ${targetNames.join(', ')}`)
  return (await load()).target
}
