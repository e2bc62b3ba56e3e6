/** A process of its own for `directory-processes.test.ts`: does one kind of work on a directory. */
import { systemClock } from '../../lib/core/clock.ts'
import { systemRandom } from '../../lib/core/random.ts'
import { takeLock } from '../../lib/store/directory-lock.ts'
import { DirectoryStore } from '../../lib/store/directory-store.ts'

const [work, directory = '', argument = ''] = process.argv.slice(2)
const outside = { clock: systemClock, random: systemRandom }
const store = new DirectoryStore(directory, outside)

/** Creates the same objects as the others and tells which were its own. */
async function race(): Promise<string[]> {
  const won: string[] = []
  for (let i = 0; i < 50; i++) {
    const { outcome } = await store.create(`race/${i}`, Buffer.from(argument))
    if (outcome === 'stored') won.push(`race/${i}`)
  }
  return won
}

/** Adds one to the counter so many times. */
async function count(): Promise<void> {
  for (let left = Number(argument); left > 0; ) {
    const found = (await store.get('counter'))!
    const next = Buffer.from(String(Number(found.bytes.toString()) + 1))
    if ((await store.replace('counter', next, found.etag)).outcome === 'stored') left--
  }
}

/** Takes the lock and keeps it. */
async function hold(): Promise<void> {
  await takeLock(`${directory}/.varve/lock`, outside)
  console.log('"held"')
  await systemClock.sleep(60_000)
}

/** Creates and replaces large objects until it is killed; prints each key once it is stored. */
async function write(): Promise<void> {
  let { etag } = (await store.get('catalog'))!
  for (let i = 0; ; i++) {
    const bytes = Buffer.alloc(200_000, i)
    const created = await store.create(`written/${argument}-${i}`, bytes)
    if (created.outcome === 'stored') console.log(`"written/${argument}-${i}"`)
    const replaced = await store.replace('catalog', bytes, etag)
    etag = replaced.outcome === 'stored' ? replaced.etag : (await store.get('catalog'))!.etag
  }
}

/** Creates and deletes in the same folders as the others, which come and go. */
async function churn(): Promise<void> {
  for (let i = 0; i < 60; i++) {
    const key = `churn/a/b/${argument}-${i}`
    const { outcome } = await store.create(key, Buffer.from('x'))
    if (outcome !== 'stored') throw new Error(`${key} was ${outcome}`)
    await store.delete([key])
  }
}

const works = { race, count, hold, write, churn }
console.log(JSON.stringify((await works[work as keyof typeof works]()) ?? null))
