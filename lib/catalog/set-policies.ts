import { isDeepStrictEqual } from 'node:util'
import { ArchiveError } from '../core/errors.ts'
import { spellSize, spellSpan } from '../core/measures.ts'
import type { Policy } from '../core/policy.ts'
import type { Catalog } from './catalog.ts'
import { commit, type Workplace } from './commit.ts'

/** Least and greatest value of each number of a policy, and how they are spelled. */
const bounds = {
  bucketSizeBytes: [64 * 2 ** 10, 2 ** 30, spellSize],
  frameSizeBytes: [4 * 2 ** 10, 16 * 2 ** 20, spellSize],
  periodMicros: [3600e6, 366 * 24 * 3600e6, spellSpan],
  retentionMicros: [3600e6, 1000 * 366 * 24 * 3600e6, spellSpan],
} as const
const patternBytesMax = 200

/** Makes new policies of those there are; called anew when another change came between. */
export type PolicyChange = (policies: readonly Policy[]) => readonly Policy[]

/**
 * Replaces the archive's policies, in one commit. They apply to what is folded or compacted from
 * then on; what lies is cut anew little by little. Returns them. Throws `invalid` for a policy that
 * cannot be meant.
 */
export async function changePolicies(
  place: Workplace,
  change: PolicyChange,
): Promise<readonly Policy[]> {
  let policies: readonly Policy[] = []
  await commit(place, catalog => {
    policies = change(catalog.policies)
    checkPolicies(policies, place.settings.policiesMax)
    const wanted = policies
    const isSet = (other: Catalog) => isDeepStrictEqual(other.policies, wanted)
    return isSet(catalog) ? undefined : { next: { ...catalog, policies }, landed: isSet }
  })
  return policies
}

/** The same, whatever they are now. */
export async function setPolicies(place: Workplace, policies: readonly Policy[]): Promise<void> {
  await changePolicies(place, () => policies)
}

/** Throws `invalid`. */
export function checkPolicies(policies: readonly Policy[], most: number): void {
  if (policies.length > most) throw invalid(`${policies.length} policies, expected at most ${most}`)
  const patterns = new Set<string>()
  for (const policy of policies) {
    checkPolicy(policy)
    if (patterns.has(policy.pattern)) throw invalid(`two policies are for ${policy.pattern}`)
    patterns.add(policy.pattern)
  }
}

function checkPolicy(policy: Policy): void {
  const { pattern } = policy
  if (typeof pattern !== 'string' || !/^[\x21-\x7e]+$/.test(pattern)) {
    throw invalid(
      'a policy needs the pattern of the streams it is for, of visible ASCII characters',
    )
  }
  if (pattern.length > patternBytesMax) {
    throw invalid(`a pattern has ${pattern.length} characters, expected at most ${patternBytesMax}`)
  }
  for (const [name, [least, most, spell]] of Object.entries(bounds)) {
    const value = policy[name as keyof typeof bounds]
    if (value === undefined && name === 'retentionMicros') continue
    if (Number.isInteger(value) && value! >= least && value! <= most) continue
    const range = `${spell(least)} to ${spell(most)}`
    const shown = Number.isFinite(value) ? spell(value!) : String(value)
    throw invalid(`policy ${pattern}: ${name} is ${shown}, expected ${range}`)
  }
}

function invalid(message: string): ArchiveError {
  return new ArchiveError('invalid', message)
}
