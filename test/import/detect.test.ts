import assert from 'node:assert/strict'
import { test } from 'node:test'
import { detectFormat } from '../../lib/import/detect.ts'
import { formatNamed, formats } from '../../lib/import/formats.ts'

const sampleBytes = 64 * 1024
const detected = (text: string) => detectFormat(Buffer.from(text), sampleBytes, 'f').name

const ssh = 'Jan 26 00:00:05 host sshd[1]: Invalid user'
const access = '10.0.0.1 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 5'

test('a format is told by what most lines are', () => {
  const table: [string, string][] = [
    ['{"a":1}\n{"a":2}\n', 'ndjson'],
    ['{"a":1}', 'ndjson'],
    ['{"a":1}\nnot json\n{"a":2}\n{"a":3}', 'ndjson'],
    ['{\n  "a": 1\n}\n{\n  "a": 2\n}\n', 'json'],
    ['[{"a":1}]', 'json'],
    [' [\n{"a":1}]', 'json'],
    ['[]', 'json'],
    ['[1,2]', 'raw'],
    ['{"Records":[{"a":1}]}', 'cloudtrail'],
    ['{ "Records" : [\n]}', 'cloudtrail'],
    [access, 'common'],
    [`${access} "-" "agent"`, 'combined'],
    [`${access}\n${access} "-" "agent"\n${access} "-" "agent"`, 'combined'],
    [ssh, 'syslog'],
    [`<34>${ssh}`, 'syslog'],
    ['<34>1 2003-10-11T22:14:15.003Z host su - - - text', 'syslog'],
    ['2024-05-01T10:00:00+02:00 host systemd[1]: started', 'syslog'],
    ['2024-05-01T10:00:00Z INFO main: started', 'log4j'],
    ['level=info msg="x y"', 'logfmt'],
    ['a=1', 'raw'],
    ['[2016-12-19 16:31:46,143] INFO a, b\n\tx = y\n\tz = q\n', 'log4j'],
    ['2016-12-19 16:31:46,143 INFO a\n2016-12-19 16:31:46,143 INFO b\n', 'log4j'],
    ['time,host\n2024-05-01T10:00:00Z,a\n2024-05-01T10:00:00Z,b\n', 'csv'],
    ['a;b\n1;2\n', 'csv'],
    ['time;größe\n2024-05-01;1\n2024-05-02;2\n', 'csv'],
    ['время,имя\n2024-05-01,я\n', 'csv'],
    [',time,host\n0,2024-05-01T10:00:00Z,a\n1,2024-05-01T10:00:00Z,b\n', 'csv'],
    ['time,host,\n2024-05-01T10:00:00Z,a,\n2024-05-01T10:00:00Z,b,\n', 'csv'],
    ['some text,\nand more text,\nand more, text\n', 'raw'],
    ['time,,host\n1,2,3\n', 'raw'],
    ['a\tb\n1\t2\n', 'csv'],
    ['a,a\n1,2\n', 'raw'],
    ['some, text\nand more text\nwithout, commas, alike\n', 'raw'],
    ['any text', 'raw'],
    ['', 'raw'],
    ['\n\n', 'raw'],
  ]
  for (const [text, format] of table) assert.equal(detected(text), format, text)
})

test('a line cut by the end of the sample does not count, unless it is the only one', () => {
  const line = `{"text":"${'x'.repeat(40_000)}"}\n`
  const twoLines = Buffer.from(line + line).subarray(0, sampleBytes)
  const oneLine = Buffer.from(`{"text":"${'x'.repeat(100_000)}`).subarray(0, sampleBytes)

  assert.equal(detectFormat(twoLines, sampleBytes, 'f').name, 'ndjson')
  assert.equal(detectFormat(oneLine, sampleBytes, 'f').name, 'ndjson')
})

test('bytes that are not text are refused with the name of the file', () => {
  const bytes = Buffer.from(Array.from({ length: 1000 }, (_, n) => n % 256))

  assert.throws(
    () => detectFormat(bytes, sampleBytes, 'photo.jpg'),
    /^ArchiveError: photo.jpg is not text/,
  )
})

test('every format is found by its name, another name gives the list', () => {
  for (const format of formats) assert.equal(formatNamed(format.name), format)

  assert.throws(() => formatNamed('xml'), {
    code: 'invalid',
    message:
      'no format is named "xml", known: cloudtrail, ndjson, json, combined, common, syslog, ' +
      'logfmt, csv, log4j, raw',
  })
})
