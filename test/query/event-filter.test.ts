import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compileFilter } from '../../lib/query/event-filter.ts'
import { fieldValues } from '../../lib/query/field-values.ts'
import { requireQuery } from '../../lib/query/parse-query.ts'
import { scanLines } from '../../lib/query/scan-lines.ts'
import { events, type TestEvent } from './support/events.ts'
import { fieldPaths, queryTexts } from './support/query-texts.ts'
import { referenceLeaves, referenceMatches } from './support/reference-filter.ts'

test('a filter finds exactly the events that the plain reading of the query finds', () => {
  let [found, passed] = [0, 0]
  fc.assert(
    fc.property(queryTexts, fc.array(events, { maxLength: 12 }), (text, all) => {
      const query = requireQuery(text)
      const wanted = all.filter(event => referenceMatches(query, event)).map(event => event.line)
      found += wanted.length
      passed += all.length - wanted.length

      assert.deepEqual(matchingOneByOne(text, all), wanted)
      assert.deepEqual(scanning(text, all), wanted)
    }),
    { numRuns: 1500 },
  )
  assert.ok(found > 500 && passed > 500, `${found} found, ${passed} passed over`)
})

test('the values of a field are the JSON texts of the leaves at and below its path', () => {
  fc.assert(
    fc.property(events, fc.constantFrom(...fieldPaths), (event, path) => {
      const bytes = Buffer.from(event.line)
      const values: string[] = []
      fieldValues(path)(bytes, 0, (start, end) => {
        const json = bytes.toString('utf8', start, end)
        values.push(json.startsWith('"') ? JSON.parse(json) : json)
      })

      const leaves = referenceLeaves(event)
      const wanted = leaves.filter(leaf => leaf.path === path || leaf.path.startsWith(`${path}.`))
      assert.deepEqual(
        values,
        wanted.map(leaf => leaf.text),
      )
    }),
    { numRuns: 2000 },
  )
})

test('an expression holds characters of two code units whole, escaped or not', () => {
  const line = '{"@time":1,"@stream":"s","m":"x 😂😀"}'
  for (const text of ['m:/\\😂\\😀/', 'm:/😂😀/', 'm:/[\\😁-😃]😀/', 'm:/x\\s\\😂/']) {
    assert.deepEqual(scanning(text, [{ members: [], line }]), [line], text)
  }
})

function matchingOneByOne(text: string, all: readonly TestEvent[]): string[] {
  const filter = compileFilter(requireQuery(text))
  return all.flatMap(({ line }) => {
    const bytes = Buffer.from(`}${line}\n`)
    return filter.matches(bytes, 1, bytes.length - 1) ? [line] : []
  })
}

function scanning(text: string, all: readonly TestEvent[]): string[] {
  const bytes = Buffer.from(all.map(({ line }) => `${line}\n`).join(''))
  const found: string[] = []
  scanLines(compileFilter(requireQuery(text)), bytes, (start, end) =>
    found.push(bytes.toString('utf8', start, end)),
  )
  return found
}
