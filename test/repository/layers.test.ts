import assert from 'node:assert/strict'
import { test } from 'node:test'
import { importsOf, layerFindings, layers, typeLayers } from './layers.ts'
import { show, sourceFiles } from './source-files.ts'

test('every import points up the layers', () => {
  const findings = layerFindings(sourceFiles('.ts', '.tsx'))

  assert.equal(show(findings), '')
})

test('the map has no cycle', () => {
  const seen = new Set<string>()

  for (const [part, allowed] of Object.entries(layers)) {
    for (const target of allowed) assert.ok(seen.has(target), `${part} stands before ${target}`)
    seen.add(part)
  }
})

test('only types are looked at across the layers', () => {
  for (const [part, targets] of Object.entries(typeLayers)) {
    for (const target of targets) assert.ok(target in layers && part in layers, `${part} ${target}`)
  }
})

const violations: readonly [path: string, line: string, fault: RegExp][] = [
  ['lib/core/a.ts', "import { b } from '../bytes/b.ts'", /core may not import bytes/],
  ['lib/write/a.ts', "import { b } from '../read/b.ts'", /write may not import read/],
  ['lib/read/a.ts', "export { b } from '../write/b.ts'", /read may not import write/],
  ['lib/read/a.ts', "import {\n  b,\n} from '../brigade/b.ts'", /read may not import brigade/],
  ['lib/read/a.ts', "const b = await import('../archive.ts')", /read may not import archive.ts/],
  ['lib/client/a.ts', "import { b } from '../core/errors.ts'", /client may not import core/],
  ['lib/client/a.ts', "import { readFile } from 'node:fs'", /runs in browsers/],
  [
    'lib/store/memory.ts',
    "import { S3Client } from '@aws-sdk/client-s3'",
    /only .* imports @aws-sdk/,
  ],
  ['lib/archive.ts', "import { App } from 'aws-cdk-lib'", /only .* imports aws-cdk-lib/],
  ['lib/read/a.ts', "import { test } from '../../test/a.ts'", /outside of the map/],
  ['lib/newcomer/a.ts', '', /newcomer is no part/],
]
for (const [path, text, fault] of violations) {
  test(`the layer check finds ${JSON.stringify(text)} in ${path}`, () => {
    const findings = layerFindings([{ path, text }])

    assert.equal(findings.length, 1)
    assert.match(findings[0]!.fault, fault)
  })
}

test('types may be looked at where values may not', () => {
  const file = { path: 'lib/client/a.ts', text: "import type { Hit } from '../read/question.ts'" }

  assert.deepEqual(layerFindings([file]), [])
})

test('imports are found in all their forms', () => {
  const text = [
    "import 'a'",
    "import b from 'b'",
    "import * as c from 'c'",
    "import type { D } from 'd'",
    "import {\n  e,\n  type F,\n} from 'e'",
    "export * from 'g'",
    "export type { H } from 'h'",
    "const i = await import('i')",
    "export const notOne = 'j'",
  ].join('\n')

  const imports = importsOf(text)

  assert.deepEqual(
    imports.map(({ specifier, typeOnly }) => (typeOnly ? `type ${specifier}` : specifier)),
    ['a', 'b', 'c', 'type d', 'e', 'g', 'type h', 'i'],
  )
})
