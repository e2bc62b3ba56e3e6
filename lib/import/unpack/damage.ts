import { ArchiveError } from '../../core/errors.ts'

/** What is wrong with the bytes of a file, and where. What was read before it counts. */
export function damage(fileName: string, offset: number, what: string, cause?: unknown) {
  return new ArchiveError('corrupt', `${fileName} at byte ${offset}: ${what}`, { cause })
}

/** The first damage found in a file: nothing after it can be read. */
export interface DamageFound {
  error?: ArchiveError
}

/** The chunks up to the place where damage begins, which is noted instead of thrown. */
export async function* salvage<T>(chunks: AsyncIterable<T>, found: DamageFound): AsyncGenerator<T> {
  try {
    yield* chunks
  } catch (error) {
    if (!(error instanceof ArchiveError && error.code === 'corrupt')) throw error
    found.error ??= error
  }
}
