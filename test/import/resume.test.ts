import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ArchiveError } from '../../lib/core/errors.ts'
import { importFile } from '../../lib/import/import-file.ts'
import {
  all,
  dieAfter,
  hourMillis,
  hundred,
  revive,
  settings,
  sorted,
  world,
} from './import-world.ts'

test('--again stores a finished file once more, and can itself be interrupted', async () => {
  const { job, archive, clock, numbers } = world(hundred)
  await importFile(job)
  clock.micros += 1e6
  dieAfter(archive, 7, 'beforeAppend')
  await assert.rejects(importFile({ ...job, again: true }), /died/)
  revive(archive)

  const report = await importFile(job)

  assert.equal(report.totals.events, 100)
  assert.deepEqual(sorted(numbers()), sorted([...all, ...all]))
})

for (const when of ['beforeAppend', 'afterAppend'] as const) {
  for (const pauseHours of [0, 20, 72, 140]) {
    test(`killed ${when}, an import goes on ${pauseHours} hours later to the end`, async () => {
      for (let stored = 0; stored < 10; stored++) {
        const { job, archive, clock, numbers } = world(hundred)
        dieAfter(archive, stored, when)
        await assert.rejects(importFile(job), /died/)
        revive(archive)
        await clock.sleep(pauseHours * hourMillis)

        const report = await importFile(job)

        assert.deepEqual(sorted(numbers()), all)
        assert.equal(report.totals.events, 100)
        assert.equal((await importFile(job)).alreadyImported, true)
      }
    })
  }
}

test('an import that dies again and again, days apart, stores all once', async () => {
  for (let first = 0; first < 10; first++) {
    for (let second = 0; second < 6; second++) {
      const { job, archive, clock, numbers } = world(hundred)
      const oneByOne = { ...job, settings: { ...settings, importAppendsMax: 1 } }
      for (const [when, stored] of [
        ['beforeAppend', first],
        ['afterAppend', second],
      ] as const) {
        dieAfter(archive, stored, when)
        await importFile(oneByOne).catch(() => {})
        revive(archive)
        await clock.sleep(30 * hourMillis)
      }
      dieAfter(archive, 1, 'afterAppend')
      await importFile(oneByOne).catch(() => {})
      revive(archive)
      await clock.sleep(30 * hourMillis)

      await importFile(job)

      assert.deepEqual(sorted(numbers()), all)
    }
  }
})

test('after more than six days what is in doubt needs --again, says the message', async () => {
  const { job, archive, clock, numbers } = world(hundred)
  dieAfter(archive, 5, 'beforeAppend')
  await assert.rejects(importFile(job))
  revive(archive)
  await clock.sleep(8 * 24 * hourMillis)

  await assert.rejects(importFile(job), (error: ArchiveError) => {
    assert.equal(error.code, 'conflict')
    assert.match(error.message, /whether batches 5, 6, 7 were stored .* --again/)
    return true
  })
  await importFile({ ...job, again: true })

  assert.deepEqual(sorted(numbers()), all)
})

test('an import that takes days sends no batch under an old id', async () => {
  const { job, archive, clock, numbers } = world(hundred)
  archive.beforeAppend = () => {
    clock.micros += 5 * hourMillis * 1000
  }

  await importFile({ ...job, settings: { ...settings, importAppendsMax: 1 } })

  assert.deepEqual(numbers(), all)
})

test('two imports of one file at once store it once', async () => {
  const { job, numbers } = world(hundred)

  const reports = await Promise.all([importFile(job), importFile(job), importFile(job)])

  assert.deepEqual(sorted(numbers()), all)
  for (const report of reports) assert.equal(report.totals.events, 100)
})

test('an aborted import stops and goes on later', async () => {
  const stop = new AbortController()
  const { job, archive, numbers } = world(hundred)
  let left = 5
  archive.afterAppend = () => {
    if (--left === 0) stop.abort(new Error('stopped by the user'))
  }

  await assert.rejects(importFile({ ...job, signal: stop.signal }), /stopped by the user/)
  await importFile(job)

  assert.deepEqual(sorted(numbers()), all)
})
