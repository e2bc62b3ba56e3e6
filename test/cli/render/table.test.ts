import assert from 'node:assert/strict'
import { test } from 'node:test'
import { showPairs, showTable } from '../../../lib/cli/render/table.ts'

test('columns are aligned, numbers at the right, without blanks at the end of a line', () => {
  const columns = [
    { title: 'stream' },
    { title: 'events', align: 'right' },
    { title: 'x' },
  ] as const

  const table = showTable(columns, [
    ['web/eu', '12', ''],
    ['a', '1,234', 'yes'],
  ])

  assert.equal(table, 'stream  events  x\nweb/eu      12\na        1,234  yes\n')
})

test('pairs have no line of titles', () => {
  assert.equal(
    showPairs([
      ['store', 'memory:'],
      ['n', '1'],
    ]),
    'store  memory:\nn      1\n',
  )
})
