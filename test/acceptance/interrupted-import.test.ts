import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { absence, type Log, placeOf } from './log.ts'
import { apacheAccess } from './logs/apache-access.ts'
import { kafka } from './logs/kafka.ts'
import { missingPrograms, startVarve, stock, varve } from './program.ts'
import { assertSameEvents, rawEvents } from './same-events.ts'

const folder = mkdtempSync(join(tmpdir(), 'varve-interrupted-'))
const copies = 24

describe('an import killed again and again', () => {
  after(() => rmSync(folder, { recursive: true, force: true }))

  test('stores every line of a file of several gzip members once', async () => {
    // One day of a log many times over, so that there is time to kill in the middle.
    const file = join(folder, 'days.log.gz')
    const day = readFileSync(placeOf(apacheAccess)!)
    writeFileSync(file, Buffer.concat(Array(copies).fill(day)))
    const store = `file:${join(folder, 'days')}`

    await importKilled(file, store, [1, 2, 4])

    const { stdout } = await varve(['count', '--store', store])
    assert.equal(stdout, `${apacheAccess.eventCount * copies}\n`)
    const ofOneLine = ['count', '--store', store, '--', 'request:* client:205.210.31.3']
    const { stdout: twice } = await varve(ofOneLine)
    assert.equal(twice, `${2 * copies}\n`)
  })

  test('stores every event of an archive of files once', async t => {
    const place = placeOf(kafka)
    const missing = missingPrograms('tar', 'awk')
    if (!place || missing.length > 0) return t.skip(place ? `no ${missing}` : absence(kafka))
    const store = `file:${join(folder, 'kafka')}`

    await importKilled(place, store, [1, 6, 20, 40])

    const { stdout } = await varve(['search', '--store', store, '--quiet'])
    await assertRaw(kafka, place, stdout.split('\n').slice(0, -1))
  })
})

async function assertRaw(log: Log, place: string, lines: readonly string[]): Promise<void> {
  const raw = rawEvents(log, await stock(log.unpack, place))
  assert.equal(lines.length, log.eventCount)
  assertSameEvents(log, lines, raw, 'the archive')
}

/** Imports with a kill each time the tail holds so many objects, then to the end, then again. */
async function importKilled(file: string, store: string, killAt: readonly number[]): Promise<void> {
  const words = ['import', file, '--store', store]
  for (const objects of killAt) {
    assert.ok(await killedAt(words, store, objects), `ended before it made ${objects} objects`)
  }
  const last = await varve(words)
  assert.equal(last.exitCode, 0, last.stderr)
  const again = await varve(words)
  assert.equal(JSON.parse(again.stdout).stored, 0)
}

/** Kills the command as soon as there are so many objects; false when it ends first. */
async function killedAt(
  words: readonly string[],
  store: string,
  objects: number,
): Promise<boolean> {
  const child = startVarve(words)
  const ended = new Promise(resolve => child.once('close', resolve))
  child.stdout.resume()
  while (child.exitCode === null && tailLength(store) < objects) await pause(1)
  child.kill('SIGKILL')
  await ended
  return child.signalCode === 'SIGKILL'
}

function tailLength(store: string): number {
  const tail = join(store.slice('file:'.length), 'tail')
  try {
    return readdirSync(tail).length
  } catch {
    return 0 // made with the first object
  }
}
