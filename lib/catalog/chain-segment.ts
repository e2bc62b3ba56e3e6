import { unwrap, wrap } from '../bytes/envelope.ts'
import { ArchiveError } from '../core/errors.ts'
import { defaultSettings } from '../core/settings.ts'
import type { Store } from '../store/store.ts'
import { chainEntryShape } from './catalog-shape.ts'
import type { Chain, ChainEntry, ChainSegment } from './chain-entry.ts'

/** Entries of the chain as an object holds them: one a line (docs/format.md, section 13). */
export function encodeEntries(entries: readonly ChainEntry[]): {
  readonly bytes: Buffer
  readonly rawBytes: number
} {
  const raw = Buffer.from(entries.map(entry => `${JSON.stringify(entry)}\n`).join(''))
  return { bytes: wrap(raw), rawBytes: raw.length }
}

/** The entries of a segment. Throws `missing` when it is gone, `corrupt` when it is damaged. */
export async function loadEntries(store: Store, segment: ChainSegment): Promise<ChainEntry[]> {
  const found = await store.get(segment.key)
  if (!found) throw new ArchiveError('missing', `${segment.key} is gone`)
  const raw = unwrap(found.bytes, segment.key, defaultSettings.catalogBytesMax)
  const lines = raw.toString('utf8').split('\n').slice(0, -1)
  return lines.map((line, i) => parseEntry(line, `${segment.key}, line ${i + 1}`))
}

function parseEntry(line: string, name: string): ChainEntry {
  let entry: unknown
  try {
    entry = JSON.parse(line)
  } catch (cause) {
    throw new ArchiveError('corrupt', `${name} is not JSON`, { cause })
  }
  const fault = chainEntryShape(entry)
  if (fault) throw new ArchiveError('corrupt', `${name}: ${fault}`)
  return entry as ChainEntry
}

/** All entries in order, a segment at a time. */
export async function* walkChain(store: Store, chain: Chain): AsyncGenerator<ChainEntry> {
  for (const segment of chain.segments) yield* await loadEntries(store, segment)
  yield* chain.entries
}
