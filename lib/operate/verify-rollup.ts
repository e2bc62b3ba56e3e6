import { differences } from '../bucket/directory-check.ts'
import type { Catalog, IndexRef, ManifestRef, Rollup, Run } from '../catalog/catalog.ts'
import { decodeManifest, placedManifests, type RolledRun } from '../catalog/manifest.ts'
import { ArchiveError } from '../core/errors.ts'
import type { FrameDigests } from '../index/frame-digests.ts'
import type { Finding } from './finding.ts'
import { inOrder } from './in-order.ts'
import { checkObject, findingOf, type Inspection } from './inspection.ts'
import { digestIndex } from './stored-index.ts'
import { verifyRun } from './verify-run.ts'

/** Which runs to look at. */
export interface RunChoice {
  readonly wants: (run: RolledRun) => boolean
}

/** What was found of a run, or of what stands above runs. */
export interface Verified {
  /** Of the run; absent: of manifests and index. */
  readonly runId?: string
  readonly findings: readonly Finding[]
}

/** A run of the catalog: its index, then its buckets with what it tells. */
export async function* verifyOpenRun(
  inspection: Inspection,
  { policy: _policy, isFull: _isFull, index, ...run }: Run,
  choice: RunChoice,
): AsyncGenerator<Verified> {
  if (!choice.wants(run)) return
  const frameCount = framesOf(run)
  const told = await toldBy(inspection, index, 0, frameCount)
  const findings = [...told.findings, ...frameFindings(index, frameCount)]
  findings.push(
    ...(await verifyRun(inspection, { run, index, told: told.digests, framesBefore: 0 })),
  )
  yield { runId: run.id, findings }
}

/**
 * A roll-up: its manifests, what they list, and its index. The index is compared with as many
 * frames at once as `verifyFramesMax` says.
 */
export async function* verifyRollup(
  inspection: Inspection,
  rollup: Rollup,
  choice: RunChoice,
): AsyncGenerator<Verified> {
  const { verifyConcurrency, verifyFramesMax } = inspection.place.settings
  // It may tell of runs that have left, until it is made anew; of fewer no catalog is read.
  const { frameCount } = rollup.index.terms
  let window: Window = { startFrame: 0, endFrame: 0, digests: undefined }
  for (const { ref, framesBefore } of placedManifests(rollup)) {
    const { runs, findings } = await openManifest(inspection, ref)
    yield { findings }
    let before = framesBefore
    for (const group of groupsOf(runs, verifyConcurrency)) {
      const placed = group.map(run => {
        const each = { run, framesBefore: before }
        before += framesOf(run)
        return each
      })
      const wanted = placed.filter(({ run }) => choice.wants(run))
      if (wanted.length === 0) continue
      const [first, last] = [wanted[0]!, wanted.at(-1)!]
      const end = last.framesBefore + framesOf(last.run)
      if (end > window.endFrame) {
        const startFrame = first.framesBefore
        const endFrame = Math.max(end, Math.min(frameCount, startFrame + verifyFramesMax))
        const told = await toldBy(inspection, rollup.index, startFrame, endFrame)
        yield { findings: told.findings }
        window = { startFrame, endFrame, digests: told.digests }
      }
      const { index } = rollup
      const told = window.digests
      yield* inOrder(wanted, verifyConcurrency, async each => ({
        runId: each.run.id,
        findings: await verifyRun(inspection, { ...each, index, told }),
      }))
    }
  }
}

/** Frames of which it is known what the index tells of them. */
interface Window {
  readonly startFrame: number
  readonly endFrame: number
  readonly digests: FrameDigests | undefined
}

async function toldBy(
  inspection: Inspection,
  index: IndexRef,
  start: number,
  end: number,
): Promise<{ readonly digests: FrameDigests | undefined; readonly findings: Finding[] }> {
  try {
    const told = await digestIndex(inspection, index, start, end)
    return 'kind' in told
      ? { digests: undefined, findings: [told] }
      : { digests: told, findings: [] }
  } catch (error) {
    return { digests: undefined, findings: [findingOf(error, index.key, 'repair')] }
  }
}

async function openManifest(
  inspection: Inspection,
  ref: ManifestRef,
): Promise<{ readonly runs: readonly RolledRun[]; readonly findings: Finding[] }> {
  const { key, sizeBytes, firstMicros, lastMicros, eventCount } = ref
  const span = { startMicros: firstMicros, endMicros: lastMicros + 1, eventCount, streams: [] }
  try {
    const runs = await checkObject(inspection, key, {}, ({ bytes }) => {
      if (bytes.length === sizeBytes) return decodeManifest(bytes, key)
      throw new ArchiveError('corrupt', `has ${bytes.length} bytes, expected ${sizeBytes}`)
    })
    inspection.tally.objects++
    return { runs, findings: manifestFindings(ref, runs) }
  } catch (error) {
    return { runs: [], findings: [findingOf(error, key, 'repair', span)] }
  }
}

/** What the catalog says of a manifest otherwise than the manifest itself. */
function manifestFindings(ref: ManifestRef, runs: readonly RolledRun[]): Finding[] {
  const found = { frameCount: 0, eventCount: 0, idCount: 0, firstMicros: Infinity, lastMicros: 0 }
  for (const bucket of runs.flatMap(run => run.buckets)) {
    found.frameCount += bucket.frameCount
    found.eventCount += bucket.eventCount
    found.idCount += bucket.idCount
    found.firstMicros = Math.min(found.firstMicros, bucket.firstMicros)
    found.lastMicros = Math.max(found.lastMicros, bucket.lastMicros)
  }
  return differences(found, { ...ref }).map(reason => contradiction(ref.key, reason, 'rebuild'))
}

function frameFindings({ key, terms }: IndexRef, frameCount: number): Finding[] {
  if (terms.frameCount === frameCount) return []
  return [
    contradiction(key, `tells of ${terms.frameCount} frames, expected ${frameCount}`, 'repair'),
  ]
}

function contradiction(object: string, reason: string, remedy: Finding['remedy']): Finding {
  return { kind: 'contradiction', object, reason, remedy }
}

function framesOf(run: RolledRun): number {
  return run.buckets.reduce((sum, bucket) => sum + bucket.frameCount, 0)
}

function* groupsOf<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size)
}

/** Whether the catalog still refers to what was verified. */
export function isPart(catalog: Catalog, part: Run | Rollup): boolean {
  const parts: readonly (Run | Rollup)[] = 'buckets' in part ? catalog.runs : catalog.rollups
  return parts.some(each => each.id === part.id && each.index.key === part.index.key)
}
