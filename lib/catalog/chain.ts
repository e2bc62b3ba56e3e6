import { holds } from '../core/rules.ts'
import type { Catalog, Rollup, Run } from './catalog.ts'
import type { ChainEntry, ChainPart } from './chain-entry.ts'
import { digestOf, digestOfPart, sha256 } from './part-digest.ts'

/**
 * The chain of evidence (docs/evidence.md). Every commit passes here, so that none can change the
 * data without an entry: what it says is taken from the two catalogs, never from the committer.
 */
export function chained(current: Catalog, next: Catalog, nowMicros: number): Catalog {
  const change = holds('commit-leaves-entry') ? changeOf(current, next) : undefined
  if (!change) return next
  const { chain } = next
  const job = finishedJob(current, next)
  const erasures = erasuresAt(current, next, change)
  const entry: ChainEntry = {
    number: chain.length + 1,
    previous: chain.length === 0 ? next.archive : chain.head,
    generation: next.generation,
    micros: nowMicros,
    kind: job?.kind ?? (Object.keys(change.set).join(' ') || 'commit'),
    ...(job && { job: job.jobId }),
    ...change,
    ...(erasures.length > 0 && { erasures }),
  }
  const entries = [...chain.entries, entry]
  return {
    ...next,
    chain: { ...chain, length: entry.number, head: hashOfEntry(entry), entries },
  }
}

/** The hash that stands for all that was committed to the archive so far. */
export function chainHead({ chain }: Catalog): string {
  return chain.head
}

export function hashOfEntry(entry: ChainEntry): string {
  return sha256(JSON.stringify(entry))
}

/**
 * Members of the catalog that are no data: how far the work is, and what a later commit can only
 * add to. Of any other, also one that comes with a later version, a change is an entry.
 */
const unchained: ReadonlySet<string> = new Set<keyof Catalog>([
  'version',
  'archive',
  'generation',
  'commitId',
  'runs',
  'rollups',
  'recent',
  'absorbed',
  'floorMillis',
  'restoredMicros',
  'claims',
  'cancelled',
  'chain',
])

/** Names of the members that decide what a reader sees. */
export function chainedMembers(catalog: Catalog): (keyof Catalog)[] {
  return Object.keys(catalog).filter((name): name is keyof Catalog => !unchained.has(name))
}

type Change = Pick<ChainEntry, 'removed' | 'added' | 'set'>

function changeOf(current: Catalog, next: Catalog): Change | undefined {
  const before = new Map(partsOf(current).map(part => [part.id, part]))
  const after = new Map(partsOf(next).map(part => [part.id, part]))
  const isKept = (part: Run | Rollup) => isSame(before.get(part.id), after.get(part.id))
  const removed = [...before.values()].filter(part => !isKept(part)).map(part => part.id)
  const added = [...after.values()].filter(part => !isKept(part)).map(chainPart)
  const set = changedMembers(current, next)
  const isChanged = removed.length + added.length + Object.keys(set).length > 0
  return isChanged ? { removed, added, set } : undefined
}

export function partsOf(catalog: Catalog): (Run | Rollup)[] {
  return [...catalog.runs, ...catalog.rollups]
}

// A commit leaves most parts as they are: only others are worth a hash.
function isSame(before: Run | Rollup | undefined, after: Run | Rollup | undefined): boolean {
  if (before === after) return true
  return Boolean(before && after) && digestOfPart(before!) === digestOfPart(after!)
}

function chainPart(part: Run | Rollup): ChainPart {
  const holders = 'buckets' in part ? part.buckets : part.manifests
  return {
    id: part.id,
    digest: digestOfPart(part),
    events: holders.reduce((sum, each) => sum + each.eventCount, 0),
    ids: holders.reduce((sum, each) => sum + each.idCount, 0),
    ...('buckets' in part ? {} : { runs: part.runCount }),
  }
}

function changedMembers(current: Catalog, next: Catalog): Record<string, string> {
  const names = new Set([...chainedMembers(current), ...chainedMembers(next)])
  const set: Record<string, string> = {}
  for (const name of [...names].sort()) {
    if (current[name] === next[name]) continue
    const digest = digestOf(next[name])
    if (digest !== digestOf(current[name])) set[name] = digest
  }
  return set
}

/** Erasures that may have taken events out of what was removed, or that are begun by this. */
function erasuresAt(current: Catalog, next: Catalog, { removed }: Change): string[] {
  const known = new Set(current.masks.map(mask => mask.erasureId))
  const begun = next.masks.map(mask => mask.erasureId).filter(id => !known.has(id))
  return removed.length > 0 ? [...known, ...begun] : begun
}

/** The claim that this commit takes back with what its job made. */
function finishedJob(current: Catalog, next: Catalog) {
  const left = new Set(next.claims.map(claim => claim.jobId))
  return current.claims.find(claim => !left.has(claim.jobId))
}
