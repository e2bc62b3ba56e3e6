import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { importSources } from '../../lib/cli/import-sources.ts'

test('a folder stands for every file below it, by name, without hidden ones', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'varve-'))
  t.after(() => rm(folder, { recursive: true }))
  await mkdir(join(folder, 'b/c'), { recursive: true })
  for (const name of ['z.log', 'a.log', 'b/c/d.log', '.hidden']) {
    await writeFile(join(folder, name), 'x')
  }

  const sources = await importSources([folder, '-', join(folder, 'a.log')])

  assert.deepEqual(
    sources.map(path => path.replace(`${folder}/`, '')),
    ['a.log', 'b/c/d.log', 'z.log', '-', 'a.log'],
  )
})

test('a file that is not there and a folder without files are errors', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'varve-'))
  t.after(() => rm(folder, { recursive: true }))

  await assert.rejects(importSources([join(folder, 'none')]), { code: 'missing' })
  await assert.rejects(importSources([folder]), { code: 'missing' })
})
