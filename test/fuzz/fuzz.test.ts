import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzz } from './fuzz.ts'
import { targetNames } from './targets.ts'

// `npm run fuzz` tries a million inputs of each.
const inputs = 1000
/** Whole archives and whole requests take longer than a decoder. */
const fewer: Readonly<Record<string, number>> = { archive: 300, append: 500, parameters: 500 }

for (const target of targetNames) {
  const end = fewer[target] ?? inputs
  test(`${end} hostile inputs of ${target} are taken or refused, and nothing else`, async () => {
    const { runs, taken, refused, findings } = await fuzz({ target, seed: 7, start: 0, end })

    assert.deepEqual(findings, [])
    assert.equal(runs, end)
    assert.ok(taken > 0 && refused > 0, `${taken} were taken, ${refused} refused`)
  })
}

test('an input that breaks a target is told with its number', async () => {
  const { findings } = await fuzz({ target: 'none', seed: 1, start: 3, end: 4 })

  assert.match(findings[0]!.fault, /no target none/)
  assert.equal(findings[0]!.run, 3)
})
