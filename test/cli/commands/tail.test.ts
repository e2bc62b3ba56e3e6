import assert from 'node:assert/strict'
import { readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { start, temporaryFolder, varve } from '../support/command.ts'

test('tail shows what is appended until it is interrupted', async t => {
  const folder = await temporaryFolder(t)
  await varve(folder, ['append', 'tail/eu'], '{"level":"debug","message":"before"}\n')
  const tail = start(folder, ['tail', 'level:debug'])
  await tail.said(/following/)
  // The first look is behind it when the second line of an append is seen.
  let found: RegExpExecArray | undefined
  void tail.said(/again/).then(match => {
    found = match
  })
  while (!found) {
    await varve(folder, ['append', 'tail/eu'], '{"level":"debug","message":"again"}\n')
  }
  tail.child.kill('SIGINT')

  const { exitCode, stdout, stderr } = await tail.ended
  assert.equal(exitCode, 0)
  assert.equal(JSON.parse(stdout.split('\n')[0]!).message, 'again')
  assert.match(stderr, /events? · \d+ GET \d+ LIST/)
})

test('tail names a batch that it cannot read, and ends with 2', async t => {
  const [folder, other] = [await temporaryFolder(t), await temporaryFolder(t)]
  for (const each of [folder, other]) await varve(each, ['append', 'tail/eu'], '{"n":1}\n')
  const tailOf = (each: string) => join(each, 'varve-data', 'tail')
  const [name = ''] = await readdir(tailOf(other))
  const torn = (await readFile(join(tailOf(other), name))).map(byte => byte ^ 0x10)
  const tail = start(folder, ['tail'])
  await tail.said(/following/)
  // Only what comes after its first look is news, and nothing tells when that is over.
  let isNamed = false
  void tail.said(/damaged/).then(() => {
    isNamed = true
  })
  for (let n = 0; !isNamed; n++) {
    const another = name.slice(0, 22) + String(n).padStart(4, '0') + name.slice(26)
    await writeFile(join(folder, 'torn'), torn)
    await rename(join(folder, 'torn'), join(tailOf(folder), another))
    await new Promise(resolve => setTimeout(resolve, 200))
  }
  tail.child.kill('SIGINT')

  const { exitCode, stderr } = await tail.ended
  assert.equal(exitCode, 2)
  assert.match(stderr, /damaged: tail\/\S+ bytes 0-\d+: .*; the answer lacks up to 1 event of /)
})
