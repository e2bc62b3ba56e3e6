import { ArchiveError } from '../../core/errors.ts'
import { knownPrefixes } from '../../store/keys.ts'
import type { Store } from '../../store/store.ts'
import type { Check } from './judge.ts'

/** The catalog, which is one object, is read by a check of its own. */
const prefixes = knownPrefixes.filter(prefix => prefix.endsWith('/'))

/** A name that nothing has. */
const nobody = 'varve-doctor'

type Action = 'list' | 'read' | 'delete'
type RightsStore = Pick<Store, 'list' | 'get' | 'delete'>

/** Of an object that is not there: the answer tells what is allowed, and nothing is lost. */
const tries: Readonly<Record<Action, (store: RightsStore, prefix: string) => Promise<unknown>>> = {
  list: (store, prefix) => store.list(prefix, { limit: 1 }),
  read: (store, prefix) => store.get(prefix + nobody),
  delete: (store, prefix) => store.delete([prefix + nobody]),
}

/**
 * What these credentials may do under each prefix of the archive. Whether they may write there is
 * not tried, for it would leave an object where they may not delete.
 */
export async function examineRights(store: RightsStore): Promise<Check> {
  const told: string[] = []
  for (const action of Object.keys(tries) as Action[]) {
    const denied: string[] = []
    for (const prefix of prefixes) {
      if (!(await isAllowed(() => tries[action](store, prefix)))) denied.push(prefix)
    }
    const isNone = denied.length === prefixes.length
    if (denied.length > 0) told.push(`${action} ${isNone ? 'nothing' : `not ${denied.join(' ')}`}`)
  }
  const name = 'rights'
  if (told.length === 0) return { name, state: 'ok', found: 'list, read and delete everywhere' }
  const advice = 'questions list and read all of it, the brigade deletes; docs/operating.md'
  return { name, state: 'warn', found: `these credentials may ${told.join(', ')}`, advice }
}

/** Whether the error says that the credentials do not allow it. */
export function isDenied(error: unknown): boolean {
  if (!(error instanceof ArchiveError)) return false
  const { name, $metadata } = (error.cause ?? {}) as {
    readonly name?: string
    readonly $metadata?: { readonly httpStatusCode?: number }
  }
  return name === 'AccessDenied' || $metadata?.httpStatusCode === 403
}

async function isAllowed(attempt: () => Promise<unknown>): Promise<boolean> {
  try {
    await attempt()
    return true
  } catch (error) {
    if (isDenied(error)) return false
    throw error
  }
}
