import { dirname, normalize } from 'node:path/posix'
import { importsOf } from './layers.ts'
import type { Finding, SourceFile } from './source-files.ts'

/** The files that, when loaded, lead back to themselves. Imports of types alone load nothing. */
export function cycleFindings(files: readonly SourceFile[]): Finding[] {
  const targets = new Map(files.map(file => [file.path, loadedBy(file)]))
  const done = new Set<string>()
  const findings: Finding[] = []

  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path)
    if (start >= 0) {
      findings.push({
        path,
        fault: `imports itself by way of ${trail.slice(start + 1).join(', ')}`,
      })
      return
    }
    if (done.has(path)) return
    for (const target of targets.get(path) ?? []) visit(target, [...trail, path])
    done.add(path)
  }
  for (const file of files) visit(file.path, [])
  return findings
}

function loadedBy(file: SourceFile): string[] {
  return importsOf(file.text)
    .filter(({ specifier, typeOnly }) => specifier.startsWith('.') && !typeOnly)
    .map(({ specifier }) => normalize(`${dirname(file.path)}/${specifier}`))
}
