import { isDeepStrictEqual } from 'node:util'
import { ArchiveError } from '../core/errors.ts'
import type { Policy } from '../core/policy.ts'
import type { Catalog } from './catalog.ts'
import { commit, type Workplace } from './commit.ts'

/** Least and greatest value of each number of a policy. */
const bounds = {
  bucketSizeBytes: [64 * 2 ** 10, 2 ** 30],
  frameSizeBytes: [4 * 2 ** 10, 16 * 2 ** 20],
  periodMicros: [3600e6, 366 * 24 * 3600e6],
} as const

/**
 * Replaces the archive's policies, in one commit. They apply to what is folded or compacted from
 * then on. Throws `invalid` for a policy that cannot be meant.
 */
export async function setPolicies(place: Workplace, policies: readonly Policy[]): Promise<void> {
  for (const policy of policies) check(policy)
  const isSet = (catalog: Catalog) => isDeepStrictEqual(catalog.policies, policies)
  await commit(place, catalog =>
    isSet(catalog) ? undefined : { next: { ...catalog, policies }, landed: isSet },
  )
}

function check(policy: Policy): void {
  if (typeof policy.pattern !== 'string' || policy.pattern === '') {
    throw new ArchiveError('invalid', 'a policy needs the pattern of the streams it is for')
  }
  for (const [name, [least, most]] of Object.entries(bounds)) {
    const value = policy[name as keyof typeof bounds]
    if (Number.isInteger(value) && value >= least && value <= most) continue
    throw new ArchiveError(
      'invalid',
      `policy ${policy.pattern}: ${name} is ${value}, expected ${least} to ${most}`,
    )
  }
}
