/**
 * The protocol rules by name (docs/protocol.md). Each has a test that switches it off here and sees
 * a promise break. The build replaces this file: in what is shipped every rule holds.
 */
export type RuleName =
  | 'ack-after-landing'
  | 'identity-is-key'
  | 'no-send-when-old'
  | 'no-ack-when-old'
  | 'lookup-before-ack'
  | 'no-late-find'
  | 'claim-before-upload'
  | 'commit-needs-claim'
  | 'claims-exclusive'
  | 'commit-needs-inputs'
  | 'job-id-once'
  | 'fresh-output-names'
  | 'leave-own-outputs'
  | 'rollup-goes-on-alike'
  | 'gen-in-bytes'
  | 'commit-leaves-entry'
  | 'fold-skips-recent'
  | 'fold-skips-absorbed'
  | 'floor-is-absorbed'
  | 'sweep-only-recent'
  | 'sweep-remembers'
  | 'segment-under-claim'
  | 'gc-list-then-get'
  | 'gc-keeps-referenced'
  | 'gc-keeps-claimed'
  | 'gc-reads-manifests'
  | 'gc-record-first'
  | 'gc-inputs-first'
  | 'record-before-commit'
  | 'record-names-cancelled'
  | 'lost-catalog-stops'
  | 'read-list-then-get'
  | 'read-skips-recent'
  | 'read-skips-absorbed'
  | 'read-skips-floor'
  | 'read-skips-late'
  | 'read-404-restarts'
  | 'floor-waits-tail'
  | 'floor-value-first'
  | 'floor-lags-accept'
  | 'backup-tail-first'
  | 'backup-404-restarts'
  | 'backup-list-then-get'
  | 'backup-commits-once'
  | 'read-applies-masks'
  | 'read-applies-horizon'
  | 'horizon-outlives-policy'
  | 'fold-applies-masks'
  | 'label-built-seq'
  | 'e2-list-after-e1'
  | 'e4-needs-e2'
  | 'e4-waits-pending'
  | 'e4-waits-runs'
  | 'quarantine-unsettled-only'
  | 'quarantine-outlives-floor'
  | 'fold-ends-quarantine'

const off = new Set<RuleName>()

export function holds(rule: RuleName): boolean {
  return !off.has(rule)
}

/** Runs `body` with these rules removed. Mutation tests only. */
export async function without<T>(rules: readonly RuleName[], body: () => Promise<T>): Promise<T> {
  for (const rule of rules) off.add(rule)
  try {
    return await body()
  } finally {
    for (const rule of rules) off.delete(rule)
  }
}
