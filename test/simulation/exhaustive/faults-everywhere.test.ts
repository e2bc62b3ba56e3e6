import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { crashEverywhere, doubtEverywhere } from './faults-everywhere.ts'
import { requestsOf } from './faulty-runs.ts'
import { procedures } from './procedures.ts'

// All pairs of faults are tried by `npm run sim -- --report`.
for (const procedure of procedures) {
  describe(procedure.name, () => {
    test('a crash before and after any of its requests is made good by others', async () => {
      const requests = await requestsOf(procedure)

      const { count, wrong } = await crashEverywhere(procedure)

      assert.deepEqual(wrong, [])
      assert.equal(count, 2 * requests.length)
    })

    test('doubt about any of its changes leaves its verdict right', async () => {
      const requests = await requestsOf(procedure)
      const changes = requests.filter(({ kind }) => !/^get|list/.test(kind))

      const { count, wrong } = await doubtEverywhere(procedure)

      assert.deepEqual(wrong, [])
      assert.ok(count >= changes.length)
      assert.equal(changes.length === 0, procedure.name.startsWith('lookup'))
    })
  })
}
