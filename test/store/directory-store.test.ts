import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { systemClock } from '../../lib/core/clock.ts'
import { ArchiveError } from '../../lib/core/errors.ts'
import { systemRandom } from '../../lib/core/random.ts'
import { DirectoryStore } from '../../lib/store/directory-store.ts'
import { conformance } from './conformance.ts'

conformance('directory', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'varve-store-'))
  const store = new DirectoryStore(directory, { clock: systemClock, random: systemRandom })
  return { store, close: () => rm(directory, { recursive: true }) }
})

const x = Buffer.from('x')
const isUnavailable = (error: unknown) =>
  error instanceof ArchiveError && error.code === 'unavailable'

async function withDirectory(work: (directory: string, store: DirectoryStore) => Promise<void>) {
  const parent = await mkdtemp(join(tmpdir(), 'varve-directory-'))
  const directory = join(parent, 'made', 'by', 'the', 'store')
  try {
    const outside = { clock: systemClock, random: systemRandom }
    await work(directory, new DirectoryStore(directory, outside))
  } finally {
    await rm(parent, { recursive: true })
  }
}

test('a directory that is not there is an empty store, made by the first write', () =>
  withDirectory(async (directory, store) => {
    assert.equal(await store.get('a'), undefined)
    assert.deepEqual((await store.list('')).objects, [])
    await assert.rejects(readdir(directory), /ENOENT/)
    assert.equal((await store.create('a/b', x)).outcome, 'stored')
    assert.deepEqual((await readdir(directory)).sort(), ['.varve', 'a'])
  }))

test('a directory that goes away under the store is unavailable, not empty', () =>
  withDirectory(async (directory, store) => {
    await store.create('a', x)
    const { etag } = (await store.get('a'))!
    await rename(directory, `${directory}-away`)
    await assert.rejects(store.get('a'), isUnavailable)
    await assert.rejects(store.getIfChanged('a', etag), isUnavailable)
    await assert.rejects(store.list(''), isUnavailable)
    await assert.rejects(store.create('b', x), /the directory is gone/)
    await assert.rejects(store.replace('a', x, etag), isUnavailable)
    await assert.rejects(store.delete(['a']), isUnavailable)
    await assert.rejects(readdir(directory), /ENOENT/)
    await rename(`${directory}-away`, directory)
    assert.equal((await store.replace('a', x, etag)).outcome, 'stored')
  }))

test('a store whose own folder was cleared away fails once and goes on', () =>
  withDirectory(async (directory, store) => {
    await store.create('a', x)
    await rm(join(directory, '.varve', 'temporary'), { recursive: true })
    await assert.rejects(store.create('b', x), isUnavailable)
    assert.equal((await store.create('b', x)).outcome, 'stored')
  }))

test('a file where a folder should be is named in the error', () =>
  withDirectory(async (directory, store) => {
    await mkdir(directory, { recursive: true })
    await writeFile(join(directory, 'tail'), 'in the way')
    assert.equal(await store.get('tail/a'), undefined)
    await assert.rejects(store.create('tail/a', x), /"tail\/a": a file of that name.*\(ENOTDIR\)/)
  }))

test('an object that is replaced again and again has another etag each time', () =>
  withDirectory(async (_directory, store) => {
    await store.create('catalog', x)
    const etags = [(await store.get('catalog'))!.etag]
    for (let i = 0; i < 50; i++) {
      const replaced = await store.replace('catalog', x, etags.at(-1)!)
      assert.ok(replaced.outcome === 'stored')
      etags.push(replaced.etag)
    }
    assert.equal(new Set(etags).size, 51)
    assert.equal((await store.get('catalog'))?.etag, etags.at(-1))
  }))
