import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { ArchiveError } from '../../lib/core/errors.ts'
import { type ImportProgress, importFile } from '../../lib/import/import-file.ts'
import { all, hundred, settings, world } from './import-world.ts'
import { importTime } from './read-all.ts'
import { tarOf } from './unpack/tar-of.ts'

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
    yearsFound: [],
    findings: [],
    faults: [],
    sizeBytes: hundred.length,
    millis: 0,
  })
})

test('a file that was imported is passed over, also under a rotated name', async () => {
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

test('an event with a stream or an id that none may have is kept raw', async () => {
  const { job, archive } = world('{"@stream":"a b","n":1}\n{"@id":"","n":2}\n{"n":3}\n')

  const report = await importFile(job)

  assert.equal(archive.lines().length, 3)
  assert.deepEqual(report.totals, { events: 3, rejected: 0, errors: 2 })
  assert.match(report.findings[0]!.detail, /stream name "a b" must consist of/)
  assert.match(report.findings[1]!.detail, /@id "": expected a string or a number/)
})

test('what the archive rejects is reported with its line in the file', async () => {
  const { job, archive } = world('\n\n{"n":1}\n{"n":2}\n')
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

  const place = `events.ndjson at byte ${whole.length - 9}`
  const fault = `${place}: gzip: the file ends in the middle of a member`
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

test('each member has its own format and stream; one that is refused is a fault', async () => {
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

test('the years put to times that have none are told', async () => {
  const lines = Buffer.from('Jan  2 03:04:05 host sshd[1]: a\nJan  2 03:04:06 host sshd[1]: b\n')
  const { job } = world(lines)

  const guessed = await importFile(job)
  const given = await importFile({ ...job, options: { year: 2020 } })

  assert.equal(guessed.yearsFound.length, 1)
  assert.deepEqual(given.yearsFound, [])
})
