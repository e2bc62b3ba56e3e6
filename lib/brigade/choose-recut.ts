import type { Catalog, Run } from '../catalog/catalog.ts'
import { domainsOf } from '../catalog/domains.ts'
import { Horizons } from '../catalog/horizons.ts'
import { type Domain, domainOf, markOfDomain } from '../core/domain.ts'
import { cutOf, logPolicy, type Policy } from '../core/policy.ts'
import { holds } from '../core/rules.ts'
import { claimedInputs } from './job.ts'

/** What a run says of the policy that shaped it. */
export type RunLabel = Pick<Run, 'policy' | 'domain' | 'cut'>

/** The label of what is cut by this policy, one of these or what they leave to the default. */
export function labelOf(policy: Policy, policies: readonly Policy[]): RunLabel {
  const domain = markOfDomain(domainOf(policy.pattern, policies))
  return { policy: policy.pattern, domain, cut: cutOf(policy) }
}

/** The newest run that no job works on and that is worth cutting anew. Pure. */
export function chooseRecut(catalog: Catalog, damaged: ReadonlySet<string>): Run | undefined {
  const claimed = holds('claims-exclusive') ? claimedInputs(catalog) : new Set()
  const horizons = new Horizons(catalog.horizons)
  const domains = domainsOf(catalog)
  let newest: Run | undefined
  for (const run of catalog.runs) {
    if (claimed.has(run.id) || damaged.has(run.id)) continue
    if (newest && newest.startMicros >= run.startMicros) continue
    if (
      isCutOtherwise(run, catalog.policies) ||
      isHalfPruned(run, horizons, domains.get(run.domain))
    )
      newest = run
  }
  return newest
}

/** Whether the policies would have this run cut otherwise than it is, or its streams apart. */
export function isCutOtherwise(run: RunLabel, policies: readonly Policy[]): boolean {
  const now = labelNow(run, policies)
  return now?.domain !== run.domain || now.cut !== run.cut
}

/** The label that the run's policy gives today; `undefined`: there is no such policy any more. */
export function labelNow({ policy }: RunLabel, policies: readonly Policy[]): RunLabel | undefined {
  const same = policies.find(({ pattern }) => pattern === policy)
  if (same) return labelOf(same, policies)
  return policy === logPolicy.pattern ? labelOf(logPolicy, policies) : undefined
}

/**
 * Whether half of the time it spans is pruned: what is left is written again and the rest goes. So
 * every byte is written a logarithmic number of times on its way out.
 */
function isHalfPruned({ buckets }: Run, horizons: Horizons, domain: Domain | undefined): boolean {
  if (horizons.list.length === 0) return false
  return buckets.some(({ firstMicros, lastMicros, firstStream, lastStream }) => {
    const { least } = horizons.within({ streams: [firstStream, lastStream], domain })
    return least > firstMicros && least >= (firstMicros + lastMicros) / 2
  })
}
