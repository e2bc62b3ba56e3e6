import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const bombed = fileURLToPath(new URL('./bombed.ts', import.meta.url))
const heap = '--max-old-space-size=400'
const refused = { status: 413, code: 'too-large' }

/** What becomes of each, and how large the process may grow: body, unpacked body and lines. */
const bombs: readonly (readonly [name: string, megabytesMax: number, outcome: unknown])[] = [
  ['one line of a gigabyte', 400, refused],
  ['a gigabyte of zeros in gzip', 1600, refused],
  ['a gigabyte of zeros in zstd', 500, refused],
  ['a million streams', 900, refused],
  ['a hundred thousand levels', 400, { status: 400, code: 'invalid', accepted: 0, rejected: 1 }],
  ['events of a million fields', 900, { status: 200, accepted: 20, rejected: 0, found: 1 }],
  ['a gigabyte of one line to import', 500, { events: 0, rejected: 1, faults: 0 }],
  ['a gigabyte in a file of zstd in gzip', 600, { events: 0, rejected: 1, faults: 0 }],
  ['queries without end', 500, ['invalid', 'invalid', 'invalid', 'invalid', 'invalid']],
]

for (const [name, megabytesMax, outcome] of bombs) {
  test(`${name}: said to be too much, in bounded memory`, () => {
    const { stdout, stderr } = spawnSync(process.execPath, [heap, bombed, name])

    assert.equal(stderr.toString(), '')
    const told = JSON.parse(stdout.toString())
    assert.deepEqual(told.outcome, outcome)
    assert.ok(told.megabytes < megabytesMax, `${told.megabytes} MB`)
  })
}
