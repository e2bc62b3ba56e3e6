import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type RuleName, without } from '../../../lib/core/rules.ts'
import { interleave } from './interleave.ts'
import { scopes } from './scopes.ts'

const scopeOf = (name: string) => scopes.find(scope => scope.name === name)!

describe('every order of effects keeps the promises', () => {
  for (const scope of scopes) {
    test(scope.name, async () => {
      const { histories, broken } = await interleave(scope)

      assert.deepEqual(broken, [])
      assert.ok(histories > 1)
    })
  }
})

describe('some order of effects breaks a promise without its rule', () => {
  const mutants: readonly (readonly [readonly RuleName[], string])[] = [
    [['read-list-then-get'], 'fold, sweep ∥ read'],
    [['read-404-restarts'], 'fold, sweep ∥ read'],
    [['claims-exclusive', 'commit-needs-inputs'], 'fold ∥ fold'],
    [['claims-exclusive', 'commit-needs-inputs'], 'compact ∥ compact'],
    [['gc-keeps-claimed'], 'collect ∥ fold'],
    [['gc-list-then-get'], 'collect ∥ fold'],
    [['commit-needs-claim'], 'collect ∥ cancel ∥ fold'],
  ]
  for (const [rules, name] of mutants) {
    test(`${rules.join(' + ')}: ${name}`, async () => {
      const { broken } = await without(rules, () => interleave(scopeOf(name)))

      assert.notDeepEqual(broken, [])
    })
  }
})
