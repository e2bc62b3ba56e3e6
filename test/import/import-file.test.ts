import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { ArchiveError } from '../../lib/core/errors.ts'
import { defaultSettings } from '../../lib/core/settings.ts'
import { type ImportJob, type ImportProgress, importFile } from '../../lib/import/import-file.ts'
import { MemoryStore } from '../../lib/store/memory-store.ts'
import { FakeArchive, TestClock } from './fake-archive.ts'
import { chunked, importTime } from './read-all.ts'
import { tarOf } from './unpack/tar-of.ts'

const hourMillis = 3600 * 1000
// 100 events are 10 batches are 2.5 groups.
const settings = { ...defaultSettings, importBatchEvents: 10, importGroupBatches: 4 }
const hundred = Array.from({ length: 100 }, (_, n) => `{"n":${n}}`).join('\n')

function world(content: string | Buffer, changes: Partial<ImportJob> = {}) {
  const bytes = Buffer.from(content)
  const clock = new TestClock(importTime)
  const archive = new FakeArchive(clock)
  const contentHash = createHash('sha256').update(bytes).digest('hex')
  const source = {
    name: 'events.ndjson',
    sizeBytes: bytes.length,
    contentHash,
    chunks: () => chunked([bytes.subarray(0, 50), bytes.subarray(50)]),
  }
  const store = new MemoryStore(clock)
  const job: ImportJob = { archive, store, clock, settings, source, options: {}, ...changes }
  return { job, archive, clock, numbers: () => numbersOf(archive) }
}

function numbersOf(archive: FakeArchive): number[] {
  return archive.lines().map(line => JSON.parse(line).n)
}

const all = Array.from({ length: 100 }, (_, n) => n)
const sorted = (numbers: number[]) => numbers.toSorted((a, b) => a - b)

/** Lets `count` batches be stored; the process dies before the next is, or before its answer comes. */
function dieAfter(archive: FakeArchive, count: number, when: 'beforeAppend' | 'afterAppend'): void {
  let left = count
  archive[when] = () => {
    if (left-- <= 0) throw new Error('the process died')
  }
}

function revive(archive: FakeArchive): void {
  archive.beforeAppend = () => {}
  archive.afterAppend = () => {}
}

test('an import stores every event once and reports what it did', async () => {
  const { job, numbers } = world(hundred)

  const report = await importFile(job)

  assert.deepEqual(numbers(), all)
  assert.deepEqual(report, {
    file: 'events.ndjson',
    alreadyImported: false,
    events: 100,
    totals: { events: 100, rejected: 0, errors: 0 },
    batches: 10,
    skippedBatches: 0,
    files: [{ file: 'events.ndjson', format: 'ndjson', stream: 'events', events: 100 }],
    filesCount: 1,
    findings: [],
    faults: [],
    sizeBytes: hundred.length,
    millis: 0,
  })
})

test('a file that was imported is passed over, under any name that gives the same stream', async () => {
  const { job, numbers } = world(hundred)
  await importFile(job)

  const again = await importFile(job)
  const rotated = { ...job.source, name: 'events.log.1' }
  const renamed = await importFile({ ...job, source: rotated })

  assert.equal(again.alreadyImported, true)
  assert.equal(again.events, 0)
  assert.deepEqual(again.totals, { events: 100, rejected: 0, errors: 0 })
  assert.equal(renamed.alreadyImported, true)
  assert.equal(numbers().length, 100)
})

test('another stream, format or year is another import', async () => {
  const { job, numbers } = world(hundred)

  for (const options of [{}, { stream: 'b' }, { format: 'raw' }, { year: 2020 }]) {
    assert.equal((await importFile({ ...job, options })).events, 100)
  }

  assert.equal(numbers().length, 400)
})

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
    test(`an import killed ${when} goes on ${pauseHours} hours later without a double`, async () => {
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

test('an import that dies again while it goes on after days still stores every event once', async () => {
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

test('after more than six days what is in doubt needs --again, and the message says so', async () => {
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

test('an import waits when the archive asks it to', async () => {
  const { job, archive, clock } = world(hundred)
  let refusals = 3
  archive.beforeAppend = () => {
    if (refusals-- <= 0) return
    throw new ArchiveError('unavailable', 'the tail is too long', { retryAfterSeconds: 10 })
  }

  const report = await importFile(job)

  assert.equal(report.events, 100)
  assert.ok(clock.micros > Date.parse(importTime) * 1000)
})

test('an import that cannot go on says where it stopped and how to go on', async () => {
  const { job, archive } = world(hundred)
  archive.beforeAppend = () => {
    throw new ArchiveError('unavailable', 'the store is gone')
  }

  await assert.rejects(importFile(job), (error: ArchiveError) => {
    assert.equal(error.code, 'unavailable')
    assert.match(error.message, /stopped at batch \d: the store is gone; importing the file again/)
    return true
  })
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

test('what is rejected or kept raw is counted and reported with its line', async () => {
  const fat = JSON.stringify({ text: 'x'.repeat(300) })
  const { job, archive } = world(`{"n":1}\n${fat}\n{"n":\n{"n":2}\n`, {
    settings: { ...settings, eventBytesMax: 200 },
  })

  const report = await importFile(job)

  assert.equal(archive.lines().length, 3)
  assert.deepEqual(report.totals, { events: 3, rejected: 1, errors: 1 })
  const findings = report.findings.map(({ line, outcome }) => `${line} ${outcome}`)
  assert.deepEqual(findings, ['2 rejected', '3 raw'])
  assert.match(report.findings[0]!.detail, /311 bytes long, at most 200/)
})

test('what the archive rejects is reported with its line in the file', async () => {
  const { job, archive } = world('\n\n{"n":1}\n{"@stream":"../x"}\n')
  const append = archive.append.bind(archive)
  archive.append = async request => {
    const receipt = await append(request)
    return { ...receipt, accepted: 1, rejected: 1, errors: [{ line: 2, detail: 'no stream name' }] }
  }

  const report = await importFile(job)

  assert.deepEqual(report.findings, [
    { file: 'events.ndjson', line: 4, detail: 'no stream name', outcome: 'rejected' },
  ])
  assert.deepEqual(report.totals, { events: 1, rejected: 1, errors: 0 })
})

test('a damaged file is imported up to the damage, and says so every time', async () => {
  const whole = gzipSync(hundred)
  const { job, numbers } = world(whole.subarray(0, whole.length - 9))

  const report = await importFile(job)
  const again = await importFile(job)

  const fault = `events.ndjson at byte ${whole.length - 9}: gzip: the file ends in the middle of a member`
  assert.deepEqual(report.faults, [fault])
  assert.deepEqual(again.faults, [fault])
  assert.ok(numbers().length > 90)
  assert.equal(report.totals.rejected, 1)
})

test('a JSON array that does not close is imported up to there, with the offset', async () => {
  const { job, numbers } = world('[{"n":0},{"n":1},{"n":')

  const report = await importFile(job)

  assert.deepEqual(numbers(), [0, 1])
  assert.deepEqual(report.faults, ['events.ndjson: byte 22, line 1: the JSON ends too early'])
})

test('each member of an archive has its own format and stream; one that is refused is a fault', async () => {
  const tar = tarOf({
    'a/app.log': 'level=info n=1\nlevel=info n=2\n',
    'b.ndjson': '{"n":3}\n',
    'c.bin': Buffer.alloc(100),
    empty: '',
  })
  const { job, archive } = world(tar)

  const report = await importFile(job)

  assert.deepEqual(
    report.files.map(({ format, stream, events }) => [format, stream, events]),
    [
      ['logfmt', 'events/a/app', 2],
      ['ndjson', 'events/b', 1],
      ['raw', 'events/empty', 0],
    ],
  )
  assert.match(report.faults[0]!, /^events.ndjson: c.bin is not text: 100 of its first 100 bytes/)
  assert.equal(archive.lines().length, 3)
})

test('what cannot be imported is refused before anything is stored', async () => {
  const { job, archive } = world(hundred)
  const binary = world(Buffer.alloc(1000)).job

  await assert.rejects(
    importFile({ ...job, options: { format: 'xml' } }),
    /known: cloudtrail, ndjson/,
  )
  await assert.rejects(importFile({ ...job, options: { stream: '../x' } }), /stream name/)
  await assert.rejects(importFile({ ...job, options: { year: 25 } }), /year is 25/)
  await assert.rejects(importFile(binary), /is not text/)

  assert.equal(archive.batches.size, 0)
  assert.equal((await job.store.list('')).objects.length, 0)
})

test('an empty file gives no events', async () => {
  const { job, archive } = world('')

  const report = await importFile(job)

  assert.equal(report.events, 0)
  assert.equal(report.filesCount, 1)
  assert.equal(archive.batches.size, 0)
})

test('progress reaches the size of the file and the number of events', async () => {
  const seen: ImportProgress[] = []
  const { job, clock, archive } = world(hundred, { progress: each => seen.push(each) })
  archive.beforeAppend = () => {
    clock.micros += 1e6
  }

  await importFile(job)

  const last = seen.at(-1)!
  assert.equal(last.bytesDone, last.bytesTotal)
  assert.equal(last.events, 100)
  assert.equal(last.eventsPerSecond, 10)
})
