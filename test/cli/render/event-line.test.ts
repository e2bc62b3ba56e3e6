import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventLines } from '../../../lib/cli/render/event-line.ts'
import { unpainted } from '../../../lib/cli/render/paint.ts'
import { timesIn } from '../../../lib/cli/render/zoned-time.ts'

const options = { showTime: timesIn(), paint: unpainted, columns: 100 }

function hit(stream: string, event: object) {
  const line = Buffer.from(
    JSON.stringify({ '@time': 'x', '@stream': stream, '@id': 'i', ...event }),
  )
  return { timeMicros: 1_000_000, stream, id: 'i', line }
}

test('an event is its time, stream, level, message and then its other fields', () => {
  const show = eventLines(options)

  const line = show(
    hit('web', { status: 404, msg: 'not found', level: 'warn', path: '/a b', o: {} }),
  )

  assert.equal(line, '1970-01-01T00:00:01.000Z web warn not found status=404 path="/a b" o={}\n')
})

test('the column of streams grows with the names seen', () => {
  const show = eventLines(options)

  const lines = [show(hit('web/eu', {})), show(hit('a', { n: 1 }))]

  assert.deepEqual(lines, [
    '1970-01-01T00:00:01.000Z web/eu \n',
    '1970-01-01T00:00:01.000Z a      n=1\n',
  ])
})

test('the level is coloured by its weight', () => {
  const show = eventLines({ ...options, paint: (style, text) => `<${style}:${text}>` })

  assert.match(show(hit('a', { level: 'ERROR', message: 'x' })), /<red:ERROR> x\n$/)
  assert.match(show(hit('a', { message: 'errors are fine' })), / errors are fine\n$/)
})

test('an event takes at most four lines of the terminal and always one line of text', () => {
  const show = eventLines({ ...options, columns: 80 })

  const line = show(hit('a', { message: 'x\n'.repeat(1000) }))

  assert.equal(line.length, 320 + 1 - 0)
  assert.equal(line.indexOf('\n'), line.length - 1)
})

test('a value that the message shows is left out, one that it only resembles is not', () => {
  const show = eventLines(options)

  const line = show(
    hit('a', { message: 'GET /x 404 12', status: 404, bytes: 1, path: '/x', user: '' }),
  )

  assert.match(line, / GET \/x 404 12 bytes=1 user=""\n$/)
})
