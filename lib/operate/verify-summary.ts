import { isDeepStrictEqual } from 'node:util'
import type { SummaryRef } from '../catalog/catalog.ts'
import { ArchiveError } from '../core/errors.ts'
import { allBlocks, openBlock, openSummary, type Summary } from '../index/summary.ts'
import type { SummaryBuilder } from '../index/summary-builder.ts'
import { ownerOfIndex } from '../store/keys.ts'
import type { Finding } from './finding.ts'
import { checkObject, findingOf, type Inspection } from './inspection.ts'

/** A summary with its columns, unpacked. */
interface OpenSummary {
  readonly summary: Summary
  readonly blocks: readonly Buffer[]
}

/** A run's stored summary, every byte of it, or what is wrong with it. Throws `missing`. */
export async function openStoredSummary(
  inspection: Inspection,
  ref: SummaryRef,
): Promise<OpenSummary | Finding> {
  try {
    const opened = await checkObject(inspection, ref.key, {}, ({ bytes }) => {
      if (bytes.length === ref.sizeBytes) return open(bytes, ref)
      throw new ArchiveError('corrupt', `has ${bytes.length} bytes, expected ${ref.sizeBytes}`)
    })
    inspection.tally.objects++
    return opened
  } catch (error) {
    if (error instanceof ArchiveError && error.code === 'missing') throw error
    return findingOf(error, ref.key, 'repair')
  }
}

function open(bytes: Buffer, { key, headBytes }: SummaryRef): OpenSummary {
  const head = bytes.subarray(bytes.length - headBytes)
  const summary = openSummary(head, bytes.length, ownerOfIndex(key))
  const blocks = [...allBlocks(summary)].sort((a, b) => a.start - b.start)
  return {
    summary,
    blocks: blocks.map(block => openBlock(bytes.subarray(block.start, block.end))),
  }
}

/** Compares a stored summary with that of the run's frames. Compressed bytes may differ. */
export function summaryFindings(
  stored: OpenSummary,
  ref: SummaryRef,
  made: SummaryBuilder,
): Finding[] {
  const { bytes, headBytes } = made.finish(ownerOfIndex(ref.key))
  const expected = open(bytes, { ...ref, headBytes })
  if (isDeepStrictEqual(contentOf(stored), contentOf(expected))) return []
  const reason = 'its fields have other values than the events of its run'
  return [{ kind: 'index', object: ref.key, reason, remedy: 'repair' }]
}

function contentOf({ summary, blocks }: OpenSummary) {
  const { frameCount, eventCount, stripeFrames, otherRoots, fields } = summary
  const named = fields.map(({ path, total }) => ({ path, total }))
  return { frameCount, eventCount, stripeFrames, otherRoots, named, blocks }
}
