import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { defaultSettings } from '../../lib/core/settings.ts'
import { importFile } from '../../lib/import/import-file.ts'
import { openFile } from '../../lib/import/open-file.ts'
import { MemoryStore } from '../../lib/store/memory-store.ts'
import { FakeArchive, TestClock } from './fake-archive.ts'
import { chunked, importTime } from './read-all.ts'

/** Public logs that lie beside the repository where it is developed. */
const folder = join(import.meta.dirname, '../../../shared/data')

/**
 * Kafka: 24,162 lines begin with a timestamp, and each of 3 gc logs has 3 lines before its first.
 */
const expected: Record<string, { events: number; formats: string[]; first: string; last: string }> =
  {
    'openssh.log.gz': {
      events: 38_660,
      formats: ['syslog'],
      first: '2025-01-26T00:00:05.000000Z',
      last: '2025-01-29T19:27:15.000000Z',
    },
    'apache_combined.log.gz': {
      events: 10_000,
      formats: ['combined'],
      first: '2015-05-17T10:05:00.000000Z',
      last: '2015-05-20T21:05:59.000000Z',
    },
    'apache_access.log.gz': {
      events: 4_775,
      formats: ['combined'],
      first: '2025-01-29T00:00:13.000000Z',
      last: '2025-01-29T16:51:53.000000Z',
    },
    'cloudtrail.tar.gz': {
      events: 2_900,
      formats: ['cloudtrail'],
      first: '2023-07-10T11:42:18Z',
      last: '2023-07-10T12:37:50Z',
    },
    'github-events.ndjson.gz': {
      events: 1_000,
      formats: ['ndjson'],
      first: '2015-01-01T01:00:00Z',
      last: '2015-01-01T01:07:39Z',
    },
    'nginxplus_status.ndjson.gz': {
      events: 500,
      formats: ['ndjson'],
      first: '1446249499322',
      last: '1446252053399',
    },
    'kafka-logs.tar.gz': {
      events: 24_162 + 3,
      formats: ['log4j', 'raw'],
      first: '2016-12-19T15:31:46.725000Z',
      last: '2016-12-20T00:11:18.570000Z',
    },
  }
const timeNames = ['@time', 'eventTime', 'created_at', 'timestamp']

for (const [name, { events, formats, first, last }] of Object.entries(expected)) {
  test(`${name} gives ${events} events, and none when it is imported again`, async t => {
    const path = join(folder, name)
    if (!existsSync(path)) return t.skip(`${name} is not beside this repository`)
    const clock = new TestClock(importTime)
    const archive = new FakeArchive(clock)
    await using source = await openFile(path, chunked([]))
    const options = name.startsWith('openssh') ? { year: 2025 } : {}
    const store = new MemoryStore(clock)
    const job = { archive, store, clock, settings: defaultSettings, source, options }

    const report = await importFile(job)
    const again = await importFile(job)

    const found = [...new Set(report.files.map(file => file.format))].sort()
    assert.deepEqual(report.totals, { events, rejected: 0, errors: 0 })
    assert.deepEqual({ formats: found, faults: report.faults }, { formats, faults: [] })
    assert.deepEqual([again.alreadyImported, again.events], [true, 0])
    const times = archive.lines().map(timeOf).sort()
    assert.equal(times.length, events)
    assert.deepEqual([times[0], times.at(-1)], [first, last])
  })
}

function timeOf(line: string): string {
  const event = JSON.parse(line)
  return String(timeNames.map(name => event[name]).find(time => time !== undefined))
}

test('the empty logs of Kafka are files without events', async t => {
  const path = join(folder, 'kafka-logs.tar.gz')
  if (!existsSync(path)) return t.skip('kafka-logs.tar.gz is not beside this repository')
  const clock = new TestClock(importTime)
  const archive = new FakeArchive(clock)
  await using source = await openFile(path, chunked([]))
  const store = new MemoryStore(clock)

  const { files } = await importFile({
    ...{ archive, store, clock, settings: defaultSettings, source, options: {} },
  })

  assert.equal(files.length, 68)
  assert.equal(files.filter(file => file.events === 0).length, 6)
  const stack = archive.lines().find(line => line.includes('NoReplicaOnlineException'))
  assert.match(JSON.parse(stack!).message, /\n\tat kafka\.controller\./)
})
