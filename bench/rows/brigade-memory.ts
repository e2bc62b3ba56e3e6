/**
 * One member of the brigade on the archive in the directory that is named: prints how much memory
 * the process held before and at most. A process of its own, because a peak is told a process only.
 */
import { openArchive } from '../../lib/archive.ts'

const archive = await openArchive({ store: `file:${process.argv[2]}` })
await archive.stat()
const baseBytes = process.memoryUsage.rss()
const { foldedBatches, compactedRuns } = await archive.brigadeOnce()
const peakBytes = process.resourceUsage().maxRSS * 1024
console.log(JSON.stringify({ baseBytes, peakBytes, batches: foldedBatches, compactedRuns }))
