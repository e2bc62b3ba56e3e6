import assert from 'node:assert/strict'
import { test } from 'node:test'
import { logPolicy, timelinePolicy } from '../../lib/core/policy.ts'
import { formOfPolicy, policyOfForm } from '../../lib/core/policy-form.ts'

const days = 86_400e6

test('a policy is read back from the form it is shown in', () => {
  for (const policy of [
    logPolicy,
    { ...timelinePolicy, pattern: 'user/*' },
    { ...logPolicy, pattern: 'audit/**', retentionMicros: 90 * days, parity: true as const },
  ]) {
    assert.deepEqual(policyOfForm(JSON.parse(JSON.stringify(formOfPolicy(policy)))), policy)
  }
})

test('what a form leaves out is as in the layout, or as it was', () => {
  const old = { ...timelinePolicy, pattern: 'a', retentionMicros: days }

  const fresh = policyOfForm({ pattern: 'a', layout: 'timeline', period: '1d' })
  const changed = policyOfForm({ pattern: 'a', bucketSize: '1MiB' }, old)
  const kept = policyOfForm({ pattern: 'a', retention: 'forever' }, old)
  const guarded = policyOfForm({ pattern: 'a', parity: true }, old)

  assert.deepEqual(fresh, { ...timelinePolicy, pattern: 'a', periodMicros: days })
  assert.deepEqual(changed, { ...old, bucketSizeBytes: 2 ** 20 })
  assert.deepEqual(kept, { ...timelinePolicy, pattern: 'a' })
  assert.deepEqual(guarded, { ...old, parity: true })
  assert.deepEqual(policyOfForm({ pattern: 'a', bucketSize: '1MiB' }, guarded).parity, true)
  assert.deepEqual(policyOfForm({ pattern: 'a', parity: false }, guarded), old)
})

for (const [form, fault] of [
  [null, /null is no policy/],
  [[], /\[\] is no policy/],
  [{ layout: 'log' }, /needs the pattern/],
  [{ pattern: 'a', retention: '7 years' }, /policy a: retention is "7 years", expected a span/],
  [{ pattern: 'a', retention: 7 }, /retention is 7, expected a span/],
  [{ pattern: 'a', layout: 'fast' }, /layout is fast, expected log or timeline/],
  [{ pattern: 'a', layout: 'constructor' }, /layout is constructor/],
  [{ pattern: 'a', parity: 'yes' }, /policy a: parity is "yes", expected true or false/],
  [{ pattern: 'a', retentoin: '7d' }, /retentoin is not known/],
] as const) {
  test(`${JSON.stringify(form)} is refused with a reason`, () => {
    assert.throws(() => policyOfForm(form), { code: 'invalid', message: fault })
  })
}
