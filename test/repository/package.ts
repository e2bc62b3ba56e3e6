import type { Finding } from './source-files.ts'

/** The members of package.json that are checked. */
export interface PackageFile {
  readonly scripts: Readonly<Record<string, string>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
  readonly allowScripts: Readonly<Record<string, boolean>>
}

/** Commands that the documents, the machine that checks each change and our fingers rely on. */
const scripts = [
  'start',
  'demo',
  'varve',
  'test',
  'types',
  'lint',
  'check',
  'build',
  'synth',
  'bench',
  'sim',
] as const

/** What package.json says that the record of dependencies or our habits do not. */
export function packageFindings(file: PackageFile, record: string): Finding[] {
  return [
    ...scripts.filter(name => !file.scripts[name]).map(name => `has no script ${name}`),
    ...[...versions(file)].flatMap(([name, version]) => versionFault(name, version)),
    ...recordFaults(file, record),
    ...(file.allowScripts.node ? [] : ['does not let node run its install script']),
  ].map(fault => ({ path: 'package.json', fault }))
}

/**
 * The lock file names packages and hashes; where they come from is the business of each machine.
 */
export function lockFindings(lock: string): Finding[] {
  return lock
    .split('\n')
    .flatMap((text, position) =>
      text.includes('"resolved":')
        ? [{ path: 'package-lock.json', line: position + 1, fault: 'names where a package lies' }]
        : [],
    )
}

/** The names in the first column of the tables of the record, each with a reason beside it. */
export function recordedDependencies(record: string): string[] {
  return [...record.matchAll(/^\| `([^`]+)` \| \S.{10,} \|$/gm)].map(match => match[1]!)
}

function versions(file: PackageFile): Map<string, string> {
  return new Map(Object.entries({ ...file.dependencies, ...file.devDependencies }))
}

function versionFault(name: string, version: string): string[] {
  return /^\d+\.\d+\.\d+$/.test(version) ? [] : [`asks for ${name} ${version}, not for one version`]
}

function recordFaults(file: PackageFile, record: string): string[] {
  const recorded = new Set(recordedDependencies(record))
  const used = [...versions(file).keys()]
  return [
    ...used.filter(name => !recorded.has(name)).map(name => `needs ${name} for no recorded reason`),
    ...[...recorded].filter(name => !used.includes(name)).map(name => `no longer needs ${name}`),
  ]
}
