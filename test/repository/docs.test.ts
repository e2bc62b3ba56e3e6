import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { blockFindings, codeBlocks } from './code-blocks.ts'
import { linkFindings } from './links.ts'
import { outputMatches, runFindings } from './run-blocks.ts'
import { root, show, sourceFiles } from './source-files.ts'

const documents = sourceFiles('.md')

test('every code block that is not run is right', () => {
  assert.equal(show(documents.flatMap(document => blockFindings(document, read))), '')
})

test('every link in the documents leads somewhere', () => {
  assert.equal(show(documents.flatMap(document => linkFindings(document, read))), '')
})

for (const document of documents) {
  test(`the commands and programs in ${document.path} do what it says`, async () => {
    assert.equal(show(await runFindings(document)), '')
  })
}

const fence = '```'
const block = (info: string, code: string) => `${fence}${info}\n${code}\n${fence}\n`
const asDocument = (text: string) => ({ path: 'docs/planted.md', text })

const faultyBlocks: readonly [what: string, markdown: string, fault: RegExp][] = [
  ['an unmarked block', block('', 'x'), /marked nothing/],
  ['an unknown language', block('perl', 'x'), /marked perl/],
  ['broken JSON', block('json', '{"a":}'), /is no JSON/],
  ['a broken line of NDJSON', block('ndjson', '{"a":1}\n{"a":'), /is no JSON/],
  ['a runner that is missing', block('sh run-by=test/none.ts', 'ls'), /none\.ts, .* is missing/],
  ['a runner that forgets', block('sh run-by=package.json', 'npm ci && ls -l'), /not run `npm ci`/],
  ['a local command said to need AWS', block('sh needs=aws', 'varve stat'), /needs no account/],
  ['an unknown option', block('sh later=yes', 'ls'), /unknown option later/],
]
for (const [what, markdown, fault] of faultyBlocks) {
  test(`the docs check finds ${what}`, () => {
    const findings = blockFindings(asDocument(`# A\n\n${markdown}`), read)

    assert.equal(findings.length, 1)
    assert.equal(findings[0]!.line, 3)
    assert.match(findings[0]!.fault, fault)
  })
}

test('the docs check finds links that lead nowhere', () => {
  const text = '# A b\n[a](../README-none.md) [b](#a-b) [c](#none) [d](https://x.example) [e](.)'

  const findings = linkFindings(asDocument(text), read)

  assert.deepEqual(
    findings.map(({ fault }) => fault),
    ['links to ../README-none.md, which is missing', 'links to #none, which has no such heading'],
  )
})

test('blocks of a document share a shell, a folder and a terminal, and are compared', async () => {
  const text = [
    block('sh', 'cd "$(mktemp -d)"; name=varve; echo one > file'),
    block('sh', 'test -t 1; cat file; echo "$name $RANDOM is"; seq 3; printf "1%%\\r99%%\\n"'),
    block('text', 'one\nvarve … is\n…\n99%'),
    block(
      'ts',
      "import { readFileSync } from 'node:fs'\nconst x: string = 'typed'\nconsole.log(x)",
    ),
    block('text', 'typed'),
    block('ts', "import type { Archive } from 'varve'\nimport 'hono'\nexport type A = Archive"),
  ].join('\n')

  assert.equal(show(await runFindings(asDocument(text))), '')
})

const faultyRuns: readonly [what: string, markdown: string, fault: RegExp][] = [
  ['a command that fails', block('sh', 'echo so; false'), /failed with status 1:\nso/],
  ['a pipe that fails', block('sh', 'false | cat'), /failed with status 1/],
  ['other output', block('sh', 'echo two') + block('text', 'one'), /prints\ntwo/],
  ['more output', block('sh', 'seq 2') + block('text', '1'), /prints\n1\n2/],
  ['a program that throws', block('ts', "throw new Error('so')"), /failed with status 1/],
]
for (const [what, markdown, fault] of faultyRuns) {
  test(`the docs check finds ${what}`, async () => {
    const findings = await runFindings(asDocument(markdown))

    assert.equal(findings.length, 1, show(findings))
    assert.match(findings[0]!.fault, fault)
  })
}

test('a block that was not reached is told', async () => {
  const findings = await runFindings(asDocument(block('sh', 'exit 3') + block('sh', 'echo x')))

  assert.deepEqual(
    findings.map(({ fault }) => fault.trim()),
    ['failed with status 3:', 'was not reached'],
  )
})

test('blocks are found where they stand, also in lists', () => {
  const blocks = codeBlocks('1. first\n\n   ```sh\n   ls\n   ```\n\n```text\nx\n```\n')

  assert.deepEqual(
    blocks.map(({ line, language, code, expected }) => ({ line, language, code, expected })),
    [
      { line: 3, language: 'sh', code: 'ls\n', expected: 'x\n' },
      { line: 7, language: 'text', code: 'x\n', expected: undefined },
    ],
  )
})

test('an ellipsis alone stands for any lines, within a line for any text', () => {
  assert.ok(outputMatches('a\nb\nc', 'a\n…\nc'))
  assert.ok(outputMatches('a\nc', 'a\n…\nc'))
  assert.ok(outputMatches('took 3 ms', 'took … ms'))
  assert.ok(!outputMatches('took 3\n4 ms', 'took … ms'))
  assert.ok(!outputMatches('a.c', 'abc'))
})

function read(path: string): string | undefined {
  const kind = statSync(join(root, path), { throwIfNoEntry: false })
  if (kind?.isDirectory()) return ''
  return kind ? readFileSync(join(root, path), 'utf8') : undefined
}
