import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { systemClock } from '../../lib/core/clock.ts'
import { systemRandom } from '../../lib/core/random.ts'
import { DirectoryStore } from '../../lib/store/directory-store.ts'
import { type TroubleCode, troubleFiles } from '../support/faulty-files.ts'

const [old, fresh] = [Buffer.from('old bytes'), Buffer.from('fresh bytes')]

const expectations: readonly [code: TroubleCode, meaning: RegExp, isRead: boolean][] = [
  ['ENOSPC', /the disk is full \(ENOSPC\)/, true],
  ['EROFS', /the file system is read-only \(EROFS\)/, true],
  ['EACCES', /this user may not do that \(EACCES\)/, false],
  ['EMFILE', /this process has too many files open \(EMFILE\)/, false],
]

for (const [code, message, isRead] of expectations) {
  test(`${code}: nothing is half done, the error says why, and afterwards all goes on`, async t => {
    const directory = await mkdtemp(join(tmpdir(), 'varve-troubles-'))
    t.after(() => rm(directory, { recursive: true }))
    const store = new DirectoryStore(directory, { clock: systemClock, random: systemRandom })
    await store.create('a', old)
    const { etag } = (await store.get('a'))!

    const end = troubleFiles(code, directory)
    try {
      await assert.rejects(store.create('b/c', fresh), { code: 'unavailable', message })
      await assert.rejects(store.replace('a', fresh, etag), { code: 'unavailable', message })
      const reading = Promise.all([store.get('a'), store.list('')])
      if (isRead) assert.deepEqual((await reading)[0]!.bytes, old)
      else await assert.rejects(reading, { code: 'unavailable', message })
    } finally {
      end()
    }

    assert.deepEqual((await store.get('a'))!.bytes, old)
    assert.deepEqual(
      (await store.list('')).objects.map(({ key }) => key),
      ['a'],
    )
    assert.equal((await store.create('b/c', fresh)).outcome, 'stored')
    assert.equal((await store.replace('a', fresh, etag)).outcome, 'stored')
    assert.deepEqual((await store.get('a'))!.bytes, fresh)
    assert.deepEqual(await readdir(join(directory, '.varve', 'temporary')), [])
  })
}
