import type { BucketRef, Catalog, Mask, Run } from '../catalog/catalog.ts'
import { holds } from '../core/rules.ts'
import { hidingsOfHorizons } from '../mask/hiding.ts'
import { type Extent, masksAbove, type Veil, veilOf } from '../mask/veil.ts'
import type { Job } from './job.ts'

/**
 * What the catalog of the claim hides of an input, of a run with this `maskSeq` or of the tail
 * (-1): the job leaves it out (PROTOCOL F2).
 */
export function veilFor(job: Job, maskSeq: number, extent: Extent): Veil | undefined {
  const masks = holds('fold-applies-masks') ? job.catalog.masks : []
  const hidings = [...masks, ...hidingsOfHorizons(job.catalog)]
  return veilOf(masksAbove(hidings, maskSeq), extent)
}

/**
 * Runs as they are committed (PROTOCOL J5): their label is that of the catalog whose masks were
 * applied, whatever has been masked since.
 */
export function labelled(runs: readonly Run[], now: Catalog): readonly Run[] {
  if (holds('label-built-seq')) return runs
  return runs.map(run => ({ ...run, maskSeq: now.maskSeq }))
}

/** Whether a mask may hide lines of a bucket. */
export function mayHide(mask: Mask, bucket: BucketRef): boolean {
  return veilOf([mask], extentOf(bucket)) !== undefined
}

export function extentOf(bucket: BucketRef): Extent {
  const { firstMicros, lastMicros, firstStream, lastStream } = bucket
  return { firstMicros, lastMicros, streams: [firstStream, lastStream] }
}
