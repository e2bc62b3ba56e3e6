import assert from 'node:assert/strict'
import { ArchiveError } from '../../lib/core/errors.ts'

/** The attempt throws `corrupt` and nothing else. `what` names it, or is what the message says. */
export function assertCorrupt(attempt: () => unknown, what: string | RegExp): void {
  let result: unknown
  try {
    result = attempt()
  } catch (fault) {
    assert.ok(fault instanceof ArchiveError, `${what}: ${fault}`)
    assert.equal(fault.code, 'corrupt', String(what))
    if (what instanceof RegExp) assert.match(fault.message, what)
    return
  }
  assert.fail(`${what}: was accepted as ${JSON.stringify(result)?.slice(0, 200)}`)
}
