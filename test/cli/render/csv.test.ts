import assert from 'node:assert/strict'
import { test } from 'node:test'
import { csvLine, csvLines } from '../../../lib/cli/render/csv.ts'

const cases: readonly [what: string, line: string, cells: string][] = [
  ['strings as they are', '{"a":"x y","b":"\\u00e9"}', 'x y,é,'],
  [
    'numbers as they are spelled',
    '{"a":1.0e2,"b":12345678901234567890}',
    '1.0e2,12345678901234567890,',
  ],
  ['nothing for null and what is not there', '{"a":null,"z":1}', ',,'],
  ['what is nested by its path', '{"b":true,"c":{"d":7}}', ',true,7'],
  ['several values as an array', '{"a":["x",1,null,"y\\""],"b":[2]}', '"[""x"",1,""y\\""""]",2,'],
  ['commas, quotes and line breaks in quotes', '{"a":"1,2","b":"\\"\\n"}', '"1,2","""\n",'],
]

for (const [what, line, cells] of cases) {
  test(`a line of CSV has ${what}`, () => {
    const hit = { timeMicros: 0, stream: 's', id: '1', line: Buffer.from(line) }

    assert.equal(csvLines(['a', 'b', 'c.d'])(hit), `${cells}\n`)
  })
}

test('titles are quoted as cells are', () => {
  assert.equal(csvLine(['@time', 'user "agent"']), '@time,"user ""agent"""\n')
})
