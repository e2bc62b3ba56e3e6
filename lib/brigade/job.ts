import type { CancelledJob, Catalog, Claim, RollupTarget } from '../catalog/catalog.ts'
import { commit, pause, type Workplace } from '../catalog/commit.ts'
import { loadCatalog } from '../catalog/load.ts'
import { sha256 } from '../catalog/part-digest.ts'
import { encodeBytes } from '../core/base32.ts'
import { ArchiveError } from '../core/errors.ts'
import { holds } from '../core/rules.ts'
import { outputPrefixes } from '../store/keys.ts'
import { listAll } from '../store/store.ts'

/** A claimed job and the catalog that holds the claim. */
export interface Job {
  readonly id: string
  /** Others have begun it: some of its outputs may be there. */
  readonly isResumed?: boolean
  readonly inputs: readonly string[]
  readonly catalog: Catalog
  claimedMicros: number
}

/**
 * Claims a job before its first upload (PROTOCOL J2). `choose` names the inputs on exactly the
 * catalog the claim is committed to, or `undefined` when there is nothing to do; `more` then tells
 * what else the claim says.
 */
export async function claimJob(
  place: Workplace,
  kind: Claim['kind'],
  choose: (
    catalog: Catalog,
  ) => readonly string[] | undefined | Promise<readonly string[] | undefined>,
  more: () => Pick<Claim, 'rollup'> = () => ({}),
): Promise<Job | undefined> {
  let id = ''
  let inputs: readonly string[] = []
  const claimedMicros = place.clock.nowMicros()
  const catalog = await commit(place, async current => {
    const chosen = await choose(current)
    inputs = chosen ?? []
    // Each attempt has an id of its own: what is lost may have been judged dead already (J2).
    const jobId = holds('fresh-output-names') ? makeJobId(place) : jobIdOf(inputs)
    id = jobId
    if (!chosen || !holds('claim-before-upload')) return undefined
    const claim = { jobId, kind, inputs, claimedMicros, ...more() }
    place.openJobs?.add(jobId)
    return {
      next: { ...current, claims: [...current.claims, claim] },
      landed: later => hasClaim(later, jobId),
    }
  })
  if (!holds('claim-before-upload') && inputs.length > 0) {
    return { id, inputs, claimedMicros, catalog: (await loadCatalog(place.store)).catalog }
  }
  return catalog && { id, inputs, claimedMicros, catalog }
}

/**
 * Commits what the job made and removes its claim in one step (PROTOCOL J4). `apply` returns the
 * changed catalog, or `undefined` when an input is gone: then only the claim goes. False: the claim
 * was cancelled meanwhile, or the inputs were; the outputs are left to garbage collection.
 */
export async function finishJob(
  place: Workplace,
  job: Job,
  apply: (catalog: Catalog) => Catalog | undefined | Promise<Catalog | undefined>,
): Promise<boolean> {
  let applied = false
  const finish = commit(place, async current => {
    applied = false
    if (!hasClaim(current, job.id) && needsClaim()) return undefined
    const changed = await apply(current)
    applied = changed !== undefined
    const next = changed ? withoutClaim(changed, job.id) : withCancelled(place, current, [job.id])
    return { next, landed: later => !hasClaim(later, job.id) }
  })
  // J6: even a job that failed may have committed; its outputs are left to garbage collection.
  if (holds('leave-own-outputs')) await finish
  else await finish.catch(fault => deleteOutputs(place, job, fault))
  place.openJobs?.delete(job.id)
  return applied
}

function needsClaim(): boolean {
  return holds('commit-needs-claim') && holds('claim-before-upload') && holds('job-id-once')
}

/** What the rule `leave-own-outputs` forbids. Mutation tests only. */
async function deleteOutputs(place: Workplace, job: Job, fault: unknown): Promise<never> {
  for (const prefix of outputPrefixes) {
    for await (const { key } of listAll(place.store, `${prefix}${job.id}/`)) {
      await place.store.delete([key])
    }
  }
  throw fault
}

/**
 * Cancels claims that nobody seems to work on, and those of jobs that are known to have failed.
 * Anyone may, at any time: safety needs no clock (J7). Roll-ups are left to whoever goes on with
 * them.
 */
export async function cancelStaleClaims(
  place: Workplace,
  failed: ReadonlySet<string> = new Set(),
): Promise<number> {
  const isStale = (claim: Claim) => failed.has(claim.jobId) || looksStale(place, claim)
  return await cancelClaims(place, claim => !claim.rollup && isStale(claim))
}

/** A claim from far in the future is as stale as an old one: its member's clock is wrong. */
function looksStale({ clock, settings }: Workplace, { claimedMicros }: Claim): boolean {
  return Math.abs(clock.nowMicros() - claimedMicros) > settings.claimStaleMillis * 1000
}

/** Returns how many there were. */
export async function cancelClaims(
  place: Workplace,
  isUnwanted: (claim: Claim, catalog: Catalog) => boolean,
): Promise<number> {
  let cancelled: readonly string[] = []
  await commit(place, current => {
    const stale = current.claims.filter(claim => isUnwanted(claim, current))
    cancelled = stale.map(claim => claim.jobId)
    if (stale.length === 0) return undefined
    const next = withCancelled(place, current, cancelled)
    return { next, landed: later => !cancelled.some(id => hasClaim(later, id)) }
  })
  return cancelled.length
}

/**
 * Lets the claim of a job that takes long look fresh. Throws `missing` when it was cancelled: then
 * its outputs are garbage, and to go on is in vain.
 */
export async function renewClaim(place: Workplace, job: Job): Promise<void> {
  const nowMicros = place.clock.nowMicros()
  const oldMicros = nowMicros - (place.settings.claimStaleMillis * 1000) / 4
  if (job.claimedMicros > oldMicros) return
  await commit(place, current => {
    if (!hasClaim(current, job.id)) {
      throw new ArchiveError('missing', `the claim of job ${job.id} is gone`)
    }
    return {
      next: withClaimedAt(current, job.id, nowMicros),
      landed: later => claimedAt(later, job.id) >= nowMicros,
    }
  })
  job.claimedMicros = nowMicros
}

/**
 * Takes over a roll-up that its member has left or that nobody seems to work on (PROTOCOL U3): it
 * keeps its id and what it has made.
 */
export async function resumeRollup(
  place: Workplace,
): Promise<{ readonly job: Job; readonly target: RollupTarget } | undefined> {
  let found: Claim | undefined
  const claimedMicros = place.clock.nowMicros()
  const catalog = await commit(place, current => {
    found = current.claims.find(claim => claim.rollup && looksStale(place, claim))
    if (!found) return undefined
    const { jobId } = found
    return {
      next: withClaimedAt(current, jobId, claimedMicros),
      landed: later => claimedAt(later, jobId) === claimedMicros,
    }
  })
  if (!catalog || !found?.rollup) return undefined
  const job = { id: found.jobId, inputs: found.inputs, claimedMicros, catalog, isResumed: true }
  return { job, target: found.rollup }
}

/** Leaves a job as it is, for another member to go on with at once. */
export async function leaveJob(place: Workplace, job: Job): Promise<void> {
  place.openJobs?.delete(job.id)
  await commit(place, current => {
    if (!hasClaim(current, job.id)) return undefined
    return {
      next: withClaimedAt(current, job.id, leftMicros),
      landed: later => claimedAt(later, job.id) !== job.claimedMicros,
    }
  })
}

/** What a claim says that nobody works on: so old that it looks stale to everybody. */
const leftMicros = 0

/**
 * Gives a claim back, when the job found that it cannot be done. False: it was gone already, and so
 * may be whatever it kept.
 */
export async function cancelJob(place: Workplace, job: Job): Promise<boolean> {
  let wasThere = false
  await finishJob(place, job, catalog => {
    wasThere = hasClaim(catalog, job.id)
    return undefined
  })
  return wasThere
}

/** Uploads an output under the job's id; resent until the store confirms it. */
export async function uploadOutput(place: Workplace, key: string, bytes: Buffer): Promise<void> {
  for (let attempt = 0; attempt < place.settings.putAttemptsMax; attempt++) {
    const result = await place.store.create(key, bytes)
    if (result.outcome === 'stored' || result.outcome === 'refused') return
    await pause(place, attempt)
  }
  throw new ArchiveError('unavailable', `the store did not confirm ${key}`)
}

/**
 * The same for an output that somebody else may have uploaded, who has gone on with the job before
 * or thinks it is his. Throws `missing` when its bytes are not these: the job is to be given up.
 */
export async function uploadSame(place: Workplace, key: string, bytes: Buffer): Promise<void> {
  const result = await place.store.create(key, bytes)
  if (result.outcome === 'stored') return
  if (result.outcome !== 'refused') await uploadOutput(place, key, bytes)
  const found = await place.store.get(key)
  if (found?.bytes.equals(bytes) || !holds('rollup-goes-on-alike')) return
  throw new ArchiveError('missing', `${key} is not what this member would have made of it`)
}

export function makeJobId(place: Workplace): string {
  return encodeBytes(place.random.bytes(15))
}

/** What the rule `fresh-output-names` forbids. Mutation tests only. */
function jobIdOf(inputs: readonly string[]): string {
  return encodeBytes(Buffer.from(sha256(inputs.join()), 'hex').subarray(0, 15))
}

export function claimedInputs(catalog: Catalog): ReadonlySet<string> {
  return new Set(catalog.claims.flatMap(claim => claim.inputs))
}

function hasClaim(catalog: Catalog, jobId: string): boolean {
  return catalog.claims.some(claim => claim.jobId === jobId)
}

function claimedAt(catalog: Catalog, jobId: string): number {
  return catalog.claims.find(claim => claim.jobId === jobId)?.claimedMicros ?? 0
}

function withClaimedAt(catalog: Catalog, jobId: string, claimedMicros: number): Catalog {
  const claims = catalog.claims.map(claim =>
    claim.jobId === jobId ? { ...claim, claimedMicros } : claim,
  )
  return { ...catalog, claims }
}

function withoutClaim(catalog: Catalog, jobId: string): Catalog {
  return { ...catalog, claims: catalog.claims.filter(claim => claim.jobId !== jobId) }
}

/**
 * Takes claims away from jobs that did not commit and remembers these: their outputs may come yet,
 * and a rebuild must not believe them (PROTOCOL N3).
 */
function withCancelled(place: Workplace, catalog: Catalog, jobIds: readonly string[]): Catalog {
  const gone = new Set(jobIds)
  const claims = catalog.claims.filter(claim => !gone.has(claim.jobId))
  if (!holds('record-names-cancelled')) return { ...catalog, claims }
  const cancelledMicros = place.clock.nowMicros()
  const fresh = jobIds
    .filter(id => hasClaim(catalog, id))
    .map((jobId): CancelledJob => ({ jobId, cancelledMicros }))
  const oldestMicros = cancelledMicros - place.settings.floorLagMillis * 1000
  const kept = catalog.cancelled.filter(job => job.cancelledMicros >= oldestMicros)
  return { ...catalog, claims, cancelled: [...kept, ...fresh] }
}
