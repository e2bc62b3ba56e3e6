import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cycleFindings } from './cycles.ts'
import { show, sourceFiles } from './source-files.ts'
import { tidyFindings } from './tidy.ts'

test('every file keeps the house style', () => {
  const files = sourceFiles('.ts', '.tsx', '.mjs', '.js', '.md', '.json', '.html', '.css', '/run')

  const findings = tidyFindings(files)

  assert.equal(show(findings), '')
})

test('no file imports itself by way of others', () => {
  assert.equal(show(cycleFindings(sourceFiles('.ts', '.tsx'))), '')
})

const name = 'lib/read/merge.ts'
const todo = `TO${'DO'}`
const lines = (count: number, line: string) => `${line}\n`.repeat(count)
const violations: readonly [what: string, path: string, text: string, fault: RegExp][] = [
  ['a clock', name, 'const t = Date.now()', /Date\.now: the time comes from a Clock/],
  ['a date of now', name, 'const t = new Date()', /Clock/],
  ['a stop watch', name, 'performance.now()', /Clock/],
  ['a bare timer', name, 'setTimeout(stop, 5)', /pauses come from a Clock/],
  [
    'an imported timer',
    name,
    "import { setTimeout as pause } from 'node:timers/promises'",
    /Clock/,
  ],
  ['chance', name, 'Math.random()', /Random/],
  ['a print', name, "console.log('x')", /terminal/],
  ['work left', name, `// ${todo}: later`, /do it now/],
  ['a skipped test', 'test/a.test.ts', `test.${'skip'}('x', () => {})`, /runs or is deleted/],
  [
    'a skipping option',
    'test/a.test.ts',
    `test('x', { ${'skip'}: true }, f)`,
    /runs or is deleted/,
  ],
  ['a path of a machine', 'docs/a.md', `see /ho${'me'}/me/varve`, /one machine/],
  ['a registry', 'docs/a.md', `https://registry.npm${'js'}.org/x`, /through its client/],
  ['a file after no idea', 'lib/read/index.ts', '', /after no idea/],
  ['a drawer', 'lib/core/utils.ts', '', /anything fits into/],
  ['a long line', name, `const x = ${'x'.repeat(100)}`, /longer than 100 columns/],
  ['a long comment', name, `// it's ${'x'.repeat(100)}`, /longer than 100 columns/],
  ['a long file', name, lines(301, 'x()'), /has 301 lines/],
  ['a long function', name, `export function f() {\n${lines(59, '  x()')}}\n`, /61 lines/],
  ['a long method', name, `  async #f(a: B): Promise<C> {\n${lines(59, '    x()')}  }\n`, /61/],
  ['a long arrow', name, `const f = (a: B) => {\n${lines(59, '  x()')}}\n`, /61 lines/],
  ['a long wrapped head', name, `function f(\n  a: B,\n): C {\n${lines(58, '  x()')}}\n`, /62/],
]
for (const [what, path, text, fault] of violations) {
  test(`the tidy check finds ${what}`, () => {
    const findings = tidyFindings([{ path, text }])

    assert.equal(findings.length, 1, show(findings))
    assert.match(findings[0]!.fault, fault)
  })
}

test('the clock may ask the time, a function have 60 lines, a literal pass the limit', () => {
  const files = [
    { path: 'lib/core/clock.ts', text: 'performance.now()\nsetTimeout(stop, 5)' },
    { path: name, text: `export function f() {\n${lines(58, '  x()')}}\n` },
    { path: name, text: 'const t = new Date(0)' },
    { path: name, text: `const s = '${'x'.repeat(100)}'` },
  ]

  assert.equal(show(tidyFindings(files)), '')
})

test('the cycle check finds a cycle of three', () => {
  const file = (path: string, target: string) => ({ path, text: `import { x } from './${target}'` })
  const files = [file('lib/a.ts', 'b.ts'), file('lib/b.ts', 'c.ts'), file('lib/c.ts', 'a.ts')]

  const findings = cycleFindings(files)

  assert.equal(show(findings), 'lib/a.ts imports itself by way of lib/b.ts, lib/c.ts')
})
