import { ArchiveError } from '../core/errors.ts'

const actions = ['ingest', 'read', 'admin'] as const

export type Action = (typeof actions)[number]

/** One thing that an API key or a token may do. */
export interface Scope {
  readonly action: Action
  /** How the streams begin that it is about; empty: all streams. */
  readonly prefix: string
}

const form = /^(ingest|read|admin)(?::([A-Za-z0-9_@:.+=~/-]{1,200}))?$/

/**
 * Reads `ingest`, `read`, `admin`, or one of the first two with a prefix of streams: `read:web/`.
 * `undefined` when it is none of these. Whoever erases erases in all streams.
 */
export function parseScope(text: string): Scope | undefined {
  const [, action, prefix = ''] = form.exec(text) ?? []
  if (!action || (action === 'admin' && prefix !== '')) return undefined
  return { action: action as Action, prefix }
}

/** As `parseScope`, of each; throws `invalid` that names the one at fault. */
export function asScopes(texts: readonly string[]): Scope[] {
  return texts.map(text => {
    const scope = parseScope(text)
    if (scope) return scope
    const expected = 'ingest, read, admin, ingest:PREFIX or read:PREFIX'
    throw new ArchiveError('invalid', `${JSON.stringify(text)} is no scope, expected ${expected}`)
  })
}

/** Prefixes of the streams for which this is allowed, `['']` for all; empty: for none. */
export function prefixesFor(action: Action, scopes: readonly Scope[]): readonly string[] {
  const found = scopes.filter(scope => scope.action === action || scope.action === 'admin')
  const isForAll = found.some(({ prefix }) => prefix === '')
  return isForAll ? [''] : found.map(({ prefix }) => prefix)
}

/** Whether all that begins so lies under one of the prefixes. */
export function isUnder(prefixes: readonly string[], beginning: string): boolean {
  return prefixes.some(prefix => beginning.startsWith(prefix))
}
