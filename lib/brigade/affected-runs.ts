import type { Catalog, IndexRef, Mask } from '../catalog/catalog.ts'
import { loadManifest, placedManifests, type RolledRun } from '../catalog/manifest.ts'
import type { FrameSet } from '../index/frame-set.ts'
import type { Store } from '../store/store.ts'
import { mayHide } from './applied-masks.ts'
import { framesOfPart, isRun, type RollupPart } from './choose-rollup.ts'
import { maskedFrames } from './masked-frames.ts'

/** A run and its frames in the index of its part. */
export interface PlacedRun {
  readonly run: RolledRun
  readonly framesBefore: number
  readonly frameCount: number
}

export interface SurveyedRun extends PlacedRun {
  /** It may hold what a mask above its label hides. */
  readonly isAffected: boolean
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
  for await (const placed of placedRuns(store, part)) {
    const { run } = placed
    let start = placed.framesBefore
    let isAffected = false
    for (const bucket of run.buckets) {
      for (const mask of masks) {
        if (isAffected || mask.seq <= run.maskSeq || !mayHide(mask, bucket)) continue
        const frames = await framesOf(mask, part.index)
        isAffected = frames.hasAny(start, start + bucket.frameCount)
      }
      start += bucket.frameCount
    }
    surveyed.push({ ...placed, isAffected })
  }
  return surveyed
}

/** The runs of a part, in the order of its frames. Throws `corrupt` or `missing`. */
export async function* placedRuns(store: Store, part: RollupPart): AsyncGenerator<PlacedRun> {
  if (isRun(part)) {
    yield { run: part, framesBefore: 0, frameCount: framesOfPart(part) }
    return
  }
  for (const placed of placedManifests(part)) {
    let { framesBefore } = placed
    for (const run of await loadManifest(store, placed.ref)) {
      const frameCount = run.buckets.reduce((sum, bucket) => sum + bucket.frameCount, 0)
      yield { run, framesBefore, frameCount }
      framesBefore += frameCount
    }
  }
}
