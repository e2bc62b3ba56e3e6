import type { ArchiveClient } from '../lib/client/archive-client.ts'
import { ArchiveClientError } from '../lib/client/client-error.ts'
import { literalPrefix } from '../lib/core/glob.ts'

/** From the first event to the last; null: there is none. */
export interface Extent {
  readonly first: string | null
  readonly last: string | null
  /** How much there is in all; absent for a key that may read some streams only. */
  readonly holdings?: { readonly events: number; readonly sizeBytes: number }
}

/**
 * What the archive holds, or what a key that may not know holds in the streams of this pattern;
 * without one the archive refuses it by telling which it may read.
 */
export async function askExtent(
  client: ArchiveClient,
  pattern: string,
  signal: AbortSignal,
): Promise<Extent> {
  try {
    const { first, last, tail, sealed } = await client.usage({ signal })
    const events = tail.events + sealed.events
    return { first, last, holdings: { events, sizeBytes: tail.bytes + sealed.bytes } }
  } catch (error) {
    if (!(error instanceof ArchiveClientError) || error.status !== 403) throw error
    const { streams } = await client.streams({ prefix: literalPrefix(pattern), signal })
    const first = streams.map(each => each.first).sort()[0] ?? null
    const last =
      streams
        .map(each => each.last)
        .sort()
        .at(-1) ?? null
    return { first, last }
  }
}
