import { dirname, normalize } from 'node:path/posix'
import type { Finding, SourceFile } from './source-files.ts'

/**
 * The map of the repository: each part and the parts its files may import. A part is a folder of
 * `lib`, a file directly in `lib`, or a folder of the root. What is not listed here may not exist.
 */
export const layers: Readonly<Record<string, readonly string[]>> = {
  core: [],
  bytes: ['core'],
  access: ['core'],
  bucket: ['core', 'bytes'],
  query: ['core', 'bytes'],
  index: ['core', 'bytes', 'bucket', 'query'],
  store: ['core', 'bytes'],
  catalog: ['core', 'bytes', 'store'],
  mask: ['core', 'bytes', 'bucket', 'query', 'store', 'catalog'],
  write: ['core', 'bytes', 'bucket', 'store', 'catalog'],
  read: ['core', 'bytes', 'bucket', 'query', 'index', 'store', 'catalog', 'mask'],
  import: ['core', 'bytes', 'bucket', 'store', 'catalog'],
  sources: ['core', 'bytes', 'store', 'write', 'import'],
  brigade: ['core', 'bytes', 'bucket', 'query', 'index', 'store', 'catalog', 'mask'],
  operate: ['core', 'bytes', 'bucket', 'index', 'store', 'catalog', 'mask', 'brigade'],
  'archive.ts': [
    'core',
    'bytes',
    'query',
    'store',
    'catalog',
    'mask',
    'write',
    'read',
    'import',
    'brigade',
    'operate',
  ],
  client: [],
  api: ['core', 'bytes', 'access', 'query', 'read', 'archive.ts'],
  cli: [
    'core',
    'bytes',
    'access',
    'query',
    'store',
    'catalog',
    'read',
    'import',
    'operate',
    'archive.ts',
    'api',
  ],
  infra: ['core', 'access', 'store'],
  lambdas: ['core', 'access', 'store', 'read', 'sources', 'archive.ts', 'api'],
  console: ['client', 'core'],
}

/** Imports of types alone, which vanish when the program runs, may also look here. */
export const typeLayers: Readonly<Record<string, readonly string[]>> = {
  store: ['read'],
  catalog: ['index'],
  write: ['read', 'archive.ts'],
  import: ['read', 'archive.ts'],
  sources: ['archive.ts'],
  brigade: ['archive.ts'],
  operate: ['read'],
  read: ['archive.ts'],
  infra: ['sources'],
  client: ['core', 'read', 'archive.ts', 'api'],
  console: ['core', 'read', 'archive.ts', 'api'],
}

/** Packages that only these files may import. */
const packageHomes: readonly { readonly name: RegExp; readonly home: RegExp }[] = [
  { name: /^@aws-sdk\//, home: /^lib\/store\/s3[^/]*\.ts$/ },
  { name: /^@smithy\//, home: /^lib\/store\/s3[^/]*\.ts$/ },
  { name: /^(aws-cdk-lib|constructs)(\/|$)/, home: /^lib\/infra\// },
  { name: /^hono(\/|$)/, home: /^(lib\/api\/|lambdas\/)/ },
  { name: /^@hono\/node-server$/, home: /^lib\/(api|cli)\// },
  { name: /^(commander|cli-progress)$/, home: /^lib\/cli\// },
]

export interface Import {
  readonly line: number
  readonly specifier: string
  readonly typeOnly: boolean
}

/**
 * Every import, re-export and dynamic import of a file. Relies on the formatting that Biome gives.
 */
export function importsOf(text: string): Import[] {
  const found: Import[] = []
  const statement =
    /^(?:import|export)\s+(?!default\b)(?:(type)\s+)?(?:[^'"`;=]*?\sfrom\s+)?'([^']+)'|\bimport\(\s*'([^']+)'/gm
  for (const match of text.matchAll(statement)) {
    const line = text.slice(0, match.index).split('\n').length
    const specifier = match[2] ?? match[3]!
    found.push({ line, specifier, typeOnly: match[1] === 'type' })
  }
  return found
}

/** What the imports of these files break of the map. */
export function layerFindings(files: readonly SourceFile[]): Finding[] {
  return files.flatMap(file => {
    const part = partOf(file.path)
    if (part === undefined) return []
    if (!(part in layers)) return [{ path: file.path, fault: `${part} is no part on the map` }]
    return importsOf(file.text).flatMap(imported => {
      const fault = importFault(file.path, part, imported)
      return fault ? [{ path: file.path, line: imported.line, fault }] : []
    })
  })
}

function importFault(path: string, part: string, imported: Import): string | undefined {
  const { specifier, typeOnly } = imported
  if (!specifier.startsWith('.')) return packageFault(path, part, specifier)
  const target = partOf(normalize(`${dirname(path)}/${specifier}`))
  if (target === part) return undefined
  if (target === undefined) return `imports ${specifier}, which is outside of the map`
  const allowed = [...(layers[part] ?? []), ...(typeOnly ? (typeLayers[part] ?? []) : [])]
  return allowed.includes(target) ? undefined : `${part} may not import ${target}`
}

function packageFault(path: string, part: string, specifier: string): string | undefined {
  if (part === 'client') return `client may not import ${specifier}: it runs in browsers`
  const rule = packageHomes.find(({ name }) => name.test(specifier))
  return !rule || rule.home.test(path) ? undefined : `only ${rule.home.source} imports ${specifier}`
}

/** The part a file belongs to; `undefined` for tests, scripts and whatever else stands outside. */
function partOf(path: string): string | undefined {
  const [first = '', second = ''] = path.split('/')
  if (first === 'lib') return second
  return first === 'lambdas' || first === 'console' ? first : undefined
}
