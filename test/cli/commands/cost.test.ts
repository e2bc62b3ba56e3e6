import assert from 'node:assert/strict'
import { test } from 'node:test'
import { temporaryFolder, varve } from '../support/command.ts'

const least = ['cost', '--events-per-second', '100', '--event-bytes', '1kB', '--years', '1']

test('a bill needs no archive, and comes as an object a line into a pipe', async t => {
  const folder = await temporaryFolder(t)

  const { exitCode, stdout } = await varve(folder, [...least, '--queries-per-day', 'id=5'])
  const lines = stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))

  assert.equal(exitCode, 0)
  const own = lines.filter(line => line.of === 'Varve')
  const total = own.pop()
  assert.equal(total.what, 'total')
  const sum = own.reduce((dollars, line) => dollars + line.monthDollars, 0)
  assert.ok(Math.abs(sum / total.monthDollars - 1) < 1e-4)
  assert.deepEqual(
    [...new Set(lines.map(line => line.of))],
    ['Varve', 'CloudWatch Logs', 'Athena on Parquet', 'OpenSearch', 'Quickwit'],
  )
})

test('what cannot be reckoned is refused', async t => {
  const folder = await temporaryFolder(t)

  for (const [words, fault] of [
    [['cost'], /required option '--events-per-second <count>' not specified/],
    [[...least, '--queries-per-day', 'needle=3'], /KIND=COUNT of timeline, id, events, histogram/],
    [[...least, '--queries-per-day', 'id'], /Expected a number above 0/],
    [[...least, '--years', '0'], /Expected a number above 0/],
    [[...least, '--logs', 'none'], /Allowed choices are api, cloudtrail, app, windows, web/],
    [[...least, '--event-bytes', '2MiB'], /event bytes is 2097152, expected/],
    [[...least, '--cold-class', 'standard-ia', '--cold-after', '1y'], /moves nothing/],
  ] as const) {
    const { exitCode, stderr } = await varve(folder, words)
    assert.equal(exitCode, 2)
    assert.match(stderr, fault)
  }
})
