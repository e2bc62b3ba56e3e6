import { ArchiveError } from '../core/errors.ts'
import { formatTime } from '../core/time.ts'
import type { Generation, Generations } from './generation.ts'
import { mayHoldErased } from './mask-state.ts'

/** Which generation is meant; without either the newest. */
export interface ChoiceOptions {
  readonly generation?: number
  /** The newest that was taken at this time or before. */
  readonly atMicros?: number
}

/**
 * The generation to restore. Throws `missing` when there is none, and `conflict` for one that still
 * holds what has been erased since: what is erased stays erased.
 */
export function chooseGeneration(
  { readable, unreadable }: Generations,
  url: string,
  { generation: number, atMicros }: ChoiceOptions,
): Generation {
  const chosen = readable.findLast(
    each =>
      (number === undefined || each.number === number) &&
      (atMicros === undefined || each.takenMicros <= atMicros),
  )
  if (!chosen) {
    const damaged = unreadable.find(each => number === undefined || each.number === number)
    if (damaged) throw new ArchiveError('corrupt', `backup ${damaged.number}: ${damaged.reason}`)
    throw new ArchiveError('missing', noneText(readable, url, number, atMicros))
  }
  const newest = readable.at(-1)!
  if (!mayHoldErased(chosen.masks, newest.masks)) return chosen
  const allowed = readable.find(each => !mayHoldErased(each.masks, newest.masks))
  const hint = `the oldest that may be restored is backup ${allowed!.number}`
  const text = `backup ${chosen.number} holds what has been erased since: ${hint}`
  throw new ArchiveError('conflict', text, { details: [{ detail: text, hint }] })
}

function noneText(
  readable: readonly Generation[],
  url: string,
  number: number | undefined,
  atMicros: number | undefined,
): string {
  if (readable.length === 0) return `${url} holds no backup`
  const first = `the oldest was taken ${formatTime(readable[0]!.takenMicros)}`
  if (number === undefined) return `${url} holds no backup of ${formatTime(atMicros!)}; ${first}`
  const numbers = `${readable[0]!.number} to ${readable.at(-1)!.number}`
  return `${url} holds no backup ${number} that fits; there are ${numbers}`
}
