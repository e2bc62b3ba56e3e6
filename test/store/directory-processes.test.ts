import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type Clock, systemClock } from '../../lib/core/clock.ts'
import { systemRandom } from '../../lib/core/random.ts'
import { DirectoryStore } from '../../lib/store/directory-store.ts'
import { listAll, type Store } from '../../lib/store/store.ts'

const worker = join(import.meta.dirname, 'directory-worker.ts')
let directory: string
let store: Store

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'varve-processes-'))
  store = newStore()
})
after(() => rm(directory, { recursive: true }))

const newStore = () => new DirectoryStore(directory, { clock: systemClock, random: systemRandom })

/** On which the wait for a lock is over a hundred times sooner. */
const hastyClock: Clock = {
  nowMicros: () => systemClock.nowMicros() * 100,
  sleep: systemClock.sleep,
}

function start(work: string, argument: string): { child: ChildProcess; lines: string[] } {
  const child = spawn(process.execPath, [worker, work, directory, argument], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: string[] = []
  let text = ''
  child.stdout!.on('data', (chunk: Buffer) => {
    text += chunk.toString()
    const whole = text.split('\n')
    text = whole.pop() ?? ''
    lines.push(...whole)
  })
  return { child, lines }
}

/** What the process printed last; fails when it failed. */
async function resultOf({ child, lines }: ReturnType<typeof start>): Promise<unknown> {
  const [code] = await once(child, 'close')
  assert.equal(code, 0)
  return JSON.parse(lines.at(-1) ?? '')
}

describe('processes that share a directory', () => {
  test('create each object once, whoever comes first', async () => {
    const names = ['a', 'b', 'c', 'd']
    const won = await Promise.all(names.map(name => resultOf(start('race', name))))
    const winners = new Map<string, string>()
    for (const [position, keys] of (won as string[][]).entries()) {
      for (const key of keys) {
        assert.equal(winners.has(key), false, `${key} was created twice`)
        winners.set(key, names[position]!)
      }
    }
    assert.equal(winners.size, 50)
    for (const [key, name] of winners) {
      assert.equal((await store.get(key))?.bytes.toString(), name)
    }
  })

  test('lose no compare-and-swap', async () => {
    await store.create('counter', Buffer.from('0'))
    await Promise.all(Array.from({ length: 4 }, () => resultOf(start('count', '50'))))
    assert.equal((await store.get('counter'))?.bytes.toString(), '200')
  })

  test('create in folders that others remove as empty', async () => {
    await Promise.all(['a', 'b', 'c'].map(name => resultOf(start('churn', name))))
    assert.deepEqual(await Array.fromAsync(listAll(store, 'churn/')), [])
    assert.equal((await readdir(directory)).includes('churn'), false)
  })

  test('are not blocked by one that was killed with the lock in its hands', async () => {
    await store.create('held', Buffer.from('one'))
    const { etag } = (await store.get('held'))!
    const { child, lines } = start('hold', '')
    while (lines.length === 0) await systemClock.sleep(10)
    const impatient = new DirectoryStore(directory, { clock: hastyClock, random: systemRandom })
    assert.equal((await impatient.replace('held', Buffer.from('two'), etag)).outcome, 'busy')
    child.kill('SIGKILL')
    await once(child, 'close')
    assert.equal((await store.replace('held', Buffer.from('two'), etag)).outcome, 'stored')
  })

  test('leave whole objects when they are killed, and what was acknowledged', async () => {
    await store.create('catalog', Buffer.alloc(200_000, 1))
    const printed: string[] = []
    for (const name of ['a', 'b', 'c', 'd']) {
      const { child, lines } = start('write', name)
      while (lines.length < 3) await systemClock.sleep(5)
      child.kill('SIGKILL')
      await once(child, 'close')
      printed.push(...lines.map(line => JSON.parse(line)))
    }
    const keys = (await Array.fromAsync(listAll(store, 'written/'))).map(object => object.key)
    assert.ok(printed.every(key => keys.includes(key)))
    for (const key of [...keys, 'catalog']) {
      const { bytes } = (await store.get(key))!
      assert.ok(bytes.length === 200_000 && bytes.every(byte => byte === bytes[0]), key)
    }
  })

  test('leave temporary files that are never listed and swept when they are old', async () => {
    const temporary = join(directory, '.varve', 'temporary')
    const left = join(temporary, 'left-behind')
    await newStore().create('before', Buffer.from('x'))
    await writeFile(left, 'part')
    await newStore().create('young', Buffer.from('x'))
    assert.ok((await readdir(temporary)).includes('left-behind'))
    await utimes(left, 1, 1)
    await newStore().create('old', Buffer.from('x'))
    assert.equal((await readdir(temporary)).includes('left-behind'), false)
    const keys = (await Array.fromAsync(listAll(store, ''))).map(object => object.key)
    assert.ok(keys.every(key => !key.includes('varve')))
  })
})
