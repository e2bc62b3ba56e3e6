import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openFile } from '../../lib/import/open-file.ts'
import { chunked } from './read-all.ts'

let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'varve-test-'))
})
after(() => rm(folder, { recursive: true }))

async function textOf(chunks: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return Buffer.concat(parts).toString()
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

test('a file is hashed and can be read several times', async () => {
  const text = 'line\n'.repeat(100_000)
  await writeFile(join(folder, 'a.log'), text)

  await using file = await openFile(join(folder, 'a.log'), chunked([]))

  assert.deepEqual([file.name, file.sizeBytes, file.contentHash], ['a.log', 500_000, sha256(text)])
  assert.equal(await textOf(file.chunks()), text)
  assert.equal(await textOf(file.chunks()), text)
})

test('a file that grows is read as it was, one that is changed is an error', async () => {
  const path = join(folder, 'b.log')
  await writeFile(path, 'one\n')
  await using file = await openFile(path, chunked([]))

  await writeFile(path, 'one\ntwo\n')
  assert.equal(await textOf(file.chunks()), 'one\n')
  await writeFile(path, 'six\n')
  await assert.rejects(textOf(file.chunks()), { code: 'conflict', message: /b.log changed/ })
})

test('standard input is kept in a temporary file until it is closed', async () => {
  const own = async () => (await readdir(tmpdir())).filter(name => name.startsWith('varve-import-'))
  const before = (await own()).length

  const file = await openFile('-', chunked([Buffer.from('one\n'), Buffer.from('two\n')]))
  assert.deepEqual([file.name, file.sizeBytes, file.contentHash], ['-', 8, sha256('one\ntwo\n')])
  assert.equal(await textOf(file.chunks()), 'one\ntwo\n')
  await file[Symbol.asyncDispose]()

  assert.equal((await own()).length, before)
})

test('a file that is not there, or is a folder, is an error that names it', async () => {
  const missing = openFile(join(folder, 'none'), chunked([]))
  await assert.rejects(missing, { code: 'missing', message: /there is no file .*none/ })
  await assert.rejects(openFile(folder, chunked([])), { code: 'invalid', message: /is not a file/ })
})
