import assert from 'node:assert/strict'
import { test } from 'node:test'
import { landingOf, parseLandings } from '../../lib/sources/landings.ts'
import * as aws from './calls.ts'
import { sourcesWorld } from './sources-world.ts'

const csv = { bucket: 'landing', prefix: 'sales/', format: 'csv', stream: 'shop' }

test('an object has the format and the stream of the landing with the longest prefix', () => {
  const landings = [{ bucket: 'landing', prefix: '' }, csv, { bucket: 'other', prefix: 'sales/x' }]

  assert.equal(landingOf(landings, { bucket: 'landing', key: 'sales/x.csv' }), csv)
  assert.deepEqual(landingOf(landings, { bucket: 'landing', key: 'x.csv' }), landings[0])
  assert.deepEqual(landingOf(landings, { bucket: 'third', key: 'sales/x.csv' }), {})
})

test('what is known of a landing is what its objects are imported as', async () => {
  const world = await sourcesWorld({}, [csv, { ...csv, prefix: 'notes/', format: 'raw' }])
  world.landed.objects.set('landing/sales/1', Buffer.from('a,b\n1,2\n'))
  world.landed.objects.set('landing/notes/1', Buffer.from('{"a":3}\n'))

  await world.call(aws.s3Call(['sales/1', 'notes/1']))
  const stored = await world.stored()

  const found = stored.map(event => [event['@stream'], event.a ?? event.message])
  assert.deepEqual(
    new Set(found),
    new Set([
      ['shop', 1],
      ['shop', '{"a":3}'],
    ]),
  )
})

test('an object of a landing that is gone is told of in its stream', async () => {
  const world = await sourcesWorld({}, [csv])

  await world.call(aws.s3Call(['sales/gone']))

  const [told] = await world.stored()
  assert.equal(told!['@stream'], 'shop')
  assert.match(String(told!['@error']), /not there any more/)
})

test('landings are read from their JSON', () => {
  assert.deepEqual(parseLandings(undefined), [])
  assert.deepEqual(parseLandings(JSON.stringify([csv])), [csv])
})

const faults: readonly (readonly [text: string, message: RegExp])[] = [
  ['{}', /expected a list of/],
  ['[{"bucket":"b"}]', /expected a list of/],
  ['[{"bucket":"b","prefix":"","format":1}]', /expected a list of/],
  ['[{"bucket":"b","prefix":"","format":"tsv"}]', /no format is named "tsv"/],
  ['[{"bucket":"b","prefix":"","stream":"a//b"}]', /stream/],
]
for (const [text, message] of faults) {
  test(`the landings ${text} are refused`, () => {
    assert.throws(() => parseLandings(text), message)
  })
}
