import assert from 'node:assert/strict'
import { test } from 'node:test'
import { examineRights } from '../../../lib/cli/doctor/rights.ts'
import { systemClock } from '../../../lib/core/clock.ts'
import { ArchiveError } from '../../../lib/core/errors.ts'
import { MemoryStore } from '../../../lib/store/memory-store.ts'

const cause = Object.assign(new Error('no'), { name: 'AccessDenied' })
const denied = new ArchiveError('unavailable', 'the credentials do not allow it', { cause })

/** A store that denies what the policy does. */
function guarded(mayNot: (action: string, key: string) => boolean) {
  const store = new MemoryStore(systemClock)
  const asked: string[] = []
  const ask = async <T>(action: string, key: string, answer: () => Promise<T>): Promise<T> => {
    asked.push(`${action} ${key}`)
    if (mayNot(action, key)) throw denied
    return answer()
  }
  return {
    asked,
    list: (prefix: string) => ask('list', prefix, () => store.list(prefix)),
    get: (key: string) => ask('read', key, () => store.get(key)),
    delete: (keys: readonly string[]) => ask('delete', keys[0]!, () => store.delete(keys)),
  }
}

test('who may do everything hears so, and nothing that exists is touched', async () => {
  const store = guarded(() => false)

  const check = await examineRights(store)

  assert.deepEqual([check.state, check.found], ['ok', 'list, read and delete everywhere'])
  const touched = store.asked.filter(each => /^(read|delete)/.test(each))
  assert.ok(touched.every(each => each.endsWith('/varve-doctor')))
})

test('what is not allowed is named by action and prefix', async () => {
  const store = guarded(
    (action, key) => action === 'delete' || (action === 'read' && key.startsWith('tail/')),
  )

  const check = await examineRights(store)

  assert.equal(check.state, 'warn')
  assert.equal(check.found, 'these credentials may read not tail/, delete nothing')
  assert.match(check.advice!, /brigade deletes/)
})

test('an error that is no denial is none of the rights', async () => {
  const away = new ArchiveError('unavailable', 'no answer')
  const store = { ...guarded(() => false), get: () => Promise.reject(away) }

  await assert.rejects(examineRights(store), away)
})
