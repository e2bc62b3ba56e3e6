import type { Catalog, IndexRef, Mask, Rollup, Run } from '../catalog/catalog.ts'
import { loadManifest, type RolledRun } from '../catalog/manifest.ts'
import type { FrameSet } from '../index/frame-set.ts'
import type { Store } from '../store/store.ts'
import { mayHide } from './applied-masks.ts'
import { isRun, type RollupPart } from './choose-rollup.ts'
import { maskedFrames } from './masked-frames.ts'

/** A run and whether it may hold what a mask above its label hides. */
export interface SurveyedRun {
  readonly run: RolledRun
  readonly isAffected: boolean
  readonly frameCount: number
}

/**
 * The runs of a part, in the order of its frames, and which of them may hold what this catalog
 * hides: told by times, streams and the term index; wrong only by saying yes. Throws `corrupt` or
 * `missing` when index or manifests cannot be read.
 */
export async function surveyRuns(
  store: Store,
  catalog: Catalog,
  part: RollupPart,
): Promise<SurveyedRun[]> {
  const masks = catalog.masks.filter(mask => mask.seq > part.maskSeq)
  const lookups = new Map<Mask, Promise<FrameSet>>()
  const framesOf = (mask: Mask, index: IndexRef) => {
    const frames = lookups.get(mask) ?? maskedFrames(store, index, mask.selection)
    lookups.set(mask, frames)
    return frames
  }
  const surveyed: SurveyedRun[] = []
  let framesBefore = 0
  for await (const run of runsOf(store, part)) {
    let [isAffected, frameCount] = [false, 0]
    for (const bucket of run.buckets) {
      const start = framesBefore + frameCount
      frameCount += bucket.frameCount
      for (const mask of masks) {
        if (isAffected || mask.seq <= run.maskSeq || !mayHide(mask, bucket)) continue
        const frames = await framesOf(mask, part.index)
        isAffected = frames.hasAny(start, start + bucket.frameCount)
      }
    }
    surveyed.push({ run, isAffected, frameCount })
    framesBefore += frameCount
  }
  return surveyed
}

async function* runsOf(store: Store, part: Run | Rollup): AsyncGenerator<RolledRun> {
  if (isRun(part)) yield part
  else for (const ref of part.manifests) yield* await loadManifest(store, ref)
}
