import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../../..')
const documentPath = 'docs/protocol.md'
const isRow = (line: string) => line.startsWith('| `')

export function readText(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

/** Rows of the table of rules and the tests that kill their mutants, as the tests make them. */
export function rowsOfTests(): string[] {
  const folder = 'test/simulation/protocol'
  const files = readdirSync(join(root, folder)).filter(file => file.endsWith('-rules.test.ts'))
  return files.sort().flatMap(file => {
    const calls = readText(`${folder}/${file}`).matchAll(/ruleTest\(\s*\[([^\]]*)\],\s*'([^']*)'/g)
    return Array.from(calls, ([, rules = '', says]) => {
      const names = Array.from(rules.matchAll(/'([^']*)'/g), ([, name]) => name)
      return `| \`${names.join(' + ')}\` | ${says} | \`${file}\` |`
    })
  })
}

export function rowsOfDocument(): string[] {
  return readText(documentPath).split('\n').filter(isRow)
}

/** Puts the rows of the tests into the document. */
export function writeRows(): void {
  const lines = readText(documentPath).split('\n')
  const first = lines.findIndex(isRow)
  const others = lines.filter(line => !isRow(line))
  others.splice(first, 0, ...rowsOfTests())
  writeFileSync(join(root, documentPath), others.join('\n'))
}
