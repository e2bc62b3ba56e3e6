import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { defaultSettings } from '../../lib/core/settings.ts'
import { parseRfc5424 } from '../../lib/import/formats/syslog-rfc5424.ts'
import { anyText } from '../support/any-text.ts'
import { readAll } from './read-all.ts'

const settings = { ...defaultSettings, eventBytesMax: 1000, importBatchBytes: 5000 }
const read = (text: string, format: string, year?: number) =>
  readAll('f', [Buffer.from(text)], { format, ...(year && { year }) }, settings)

test('a line over the limit is rejected with its number, those around it are kept', async () => {
  const long = 'x'.repeat(5000)
  const lines: Record<string, string> = {
    raw: 'text',
    ndjson: '{"time":"2026-01-01T00:00:00Z"}',
    syslog: 'Jan 26 00:00:05 host app: text',
    logfmt: 'level=info a=b',
    log4j: '2016-12-19 16:31:46 text',
  }
  for (const [format, line] of Object.entries(lines)) {
    const { events, rejected, findings } = await read(`${line}\n${long}\n${line}\n`, format)

    assert.deepEqual([events.length, rejected], [2, 1], format)
    const [finding] = findings
    assert.deepEqual([finding?.line, finding?.outcome], [2, 'rejected'], format)
    assert.match(finding!.detail, /^5000 bytes long, at most 1000/)
  }
})

test('a record or an element over the limit is rejected, those around it are kept', async () => {
  const long = 'x'.repeat(5000)

  const csv = await read(`a,b\n1,2\n3,${long}\n5,6\n`, 'csv')
  const json = await read(`[{"a":1},{"a":"${long}"},{"a":3}]`, 'json')

  assert.deepEqual([csv.events.length, csv.rejected], [2, 1])
  assert.deepEqual([json.events.length, json.rejected], [2, 1])
})

test('an event that grows over the limit by escaping is rejected', async () => {
  const { events, findings } = await read(`a\n${'"'.repeat(600)}\nb\n`, 'raw')

  assert.equal(events.length, 2)
  assert.match(findings[0]!.detail, /^its event has 12\d\d bytes, at most 1000/)
})

test('a stack trace without end is cut into events that say so, and no line is lost', async () => {
  const trace = Array.from({ length: 100 }, (_, n) => `\tat line ${n}`)
  const { events } = await read(['2016-12-19 16:31:46 boom', ...trace].join('\n'), 'log4j')

  const parsed = events.map(line => JSON.parse(line))
  const text = parsed.map(event => event.message).join('\n')
  assert.deepEqual(text.split('\n').slice(1), trace)
  assert.equal(parsed[0]['@error'], undefined)
  assert.ok(parsed.length > 1)
  for (const event of parsed.slice(1)) {
    assert.equal(event['@error'], 'continues the event before')
    assert.equal(event['@time'], '2016-12-19T16:31:46.000000Z')
  }
})

test('a quote that is never closed costs no line of a csv file', async () => {
  const rows = Array.from({ length: 200 }, (_, n) => `${n},"value ${n}"`)
  rows[50] = '50,"never closed'

  const { events, findings } = await read(['a,b', ...rows].join('\n'), 'csv')

  assert.deepEqual(
    events.map(line => JSON.parse(line).message),
    rows,
  )
  assert.equal(findings[0]?.line, 52)
})

test('without --year a time is of the latest year that is not more than a day ahead', async () => {
  // The import begins on 2026-11-20 at noon.
  const table = [
    ['Nov 20 11:00:00', '2026-11-20T11'],
    ['Nov 21 11:59:59', '2026-11-21T11'],
    ['Nov 21 12:00:01', '2025-11-21T12'],
    ['Dec 31 23:00:00', '2025-12-31T23'],
    ['Jan  1 00:00:00', '2026-01-01T00'],
    ['Feb 29 00:00:00', '2024-02-29T00'],
  ]
  const text = table.map(([time]) => `${time} host app: text`).join('\n')

  const { events } = await read(text, 'syslog')

  const times = events.map(line => JSON.parse(line)['@time'].slice(0, 13))
  assert.deepEqual(
    times,
    table.map(([, time]) => time),
  )
})

test('each byte of a line that is not UTF-8 can be had back', async () => {
  const line = Buffer.from(
    Array.from({ length: 256 }, (_, n) => n).filter(n => n !== 10 && n !== 13),
  )

  const { events } = await readAll('f', [line], { format: 'raw' }, settings)

  const event = JSON.parse(events[0]!)
  assert.equal(event['@encoding'], 'latin1')
  assert.ok(Buffer.from(event.message, 'latin1').equals(line))
})

test('no input makes an importer throw, hang or lose a line silently', async () => {
  const formats = ['ndjson', 'combined', 'common', 'syslog', 'logfmt', 'log4j', 'csv', 'raw']
  const piece = fc.oneof(
    anyText(30),
    fc.constantFrom('"', '\\', '[', ']', '=', ' ', '\n', '\r\n', '{', '}', '<34>1 ', ',', '[a b="'),
    fc.constantFrom(
      '2016-12-19 16:31:46',
      'Jan 26 00:00:05 ',
      '- - [17/May/2015:10:05:03 +0000] "',
    ),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...formats),
      fc.array(piece, { maxLength: 60 }),
      async (format, pieces) => {
        const text = pieces.join('')
        const { events, rejected } = await read(text, format)
        for (const event of events) JSON.parse(event)
        const filled = text.split('\n').filter(line => /[^ \t\r]/.test(line)).length
        if (['raw', 'combined', 'common', 'syslog', 'logfmt', 'ndjson'].includes(format)) {
          assert.equal(events.length + rejected, filled)
        }
      },
    ),
    { numRuns: 300 },
  )
})

test('lines made to be slow to match are parsed at once', async () => {
  const size = 200_000
  const lines: Record<string, string[]> = {
    combined: [
      `a b ${' [xxxxxxxxxxxxxxxxxxxxxx] "'.repeat(size / 30)}`,
      `a b c [${'x'.repeat(size)}`,
    ],
    logfmt: [`a=${'"x\\" '.repeat(size / 5)}`, 'a=b '.repeat(size / 4), 'a'.repeat(size)],
    syslog: [
      `Jan 26 00:00:05 h ${'a'.repeat(size)}`,
      `<1>1 - - - - - ${'[a b="c"'.repeat(size / 8)}`,
    ],
    log4j: [`2016-12-19 16:31:46 ${'[a] '.repeat(size / 4)}`],
    csv: [`a,b\n${'"",'.repeat(size / 3)}`, `a,b\n${'"'.repeat(size)}x`],
  }
  for (const [format, texts] of Object.entries(lines)) {
    for (const text of texts) {
      const forced = await readAll('f', [Buffer.from(text)], { format })
      const detected = await readAll('f', [Buffer.from(text)])
      assert.ok(forced.events.length >= 1, format)
      assert.ok(detected.events.length >= 1, format)
    }
  }
  assert.ok(parseRfc5424(`<1>1 - - - - - ${'[a b="c"]'.repeat(size / 9)}`))
})
