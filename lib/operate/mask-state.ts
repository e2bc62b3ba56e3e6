import type { Catalog } from '../catalog/catalog.ts'

/**
 * How far the erasures of an archive are: masks have numbers that only rise, and one that is
 * neither above the last nor standing is done with. No object that the catalog refers to holds what
 * it hid.
 */
export interface MaskState {
  readonly last: number
  readonly standing: readonly number[]
}

export function maskStateOf({ maskSeq, masks }: Catalog): MaskState {
  return { last: maskSeq, standing: masks.map(mask => mask.seq) }
}

/** Whether the earlier one may hold what the later one knows to be erased. */
export function mayHoldErased(earlier: MaskState, later: MaskState): boolean {
  const isDone = (seq: number) => !later.standing.includes(seq)
  if (earlier.standing.some(isDone)) return true
  for (let seq = earlier.last + 1; seq <= later.last; seq++) if (isDone(seq)) return true
  return false
}
