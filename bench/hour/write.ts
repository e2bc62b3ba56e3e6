/** `write.ts FOLDER`: appends the lines of its input, one batch after the other. */
import { openArchive } from '../../lib/archive.ts'
import { systemClock } from '../../lib/core/clock.ts'
import { systemRandom } from '../../lib/core/random.ts'
import { openStore } from '../../lib/store/open-store.ts'
import { RecordingStore } from '../recording-store.ts'
import { timeFields } from './mixture.ts'
import { report, written } from './report.ts'

/** As one of sixteen writers at 1 TB a day sends once a minute. */
const batchBytes = (1e12 / 86400 / 16) * 60
const lineFeed = 0x0a

const inner = await openStore(`file:${process.argv[2]}`, {
  clock: systemClock,
  random: systemRandom,
})
const store = new RecordingStore(inner, { holds: false })
const archive = await openArchive({ store, settings: { groupCommitMillis: 0 } })
const needles: string[] = []
let held: Buffer[] = []
let heldBytes = 0
let eventCount = 0

for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
  held.push(chunk)
  heldBytes += chunk.length
  if (heldBytes >= batchBytes) await send()
}
await send()
report({ eventCount, needles, ...written(store) })

/** The whole lines at hand; what follows the last of them waits. */
async function send(): Promise<void> {
  if (heldBytes === 0) return
  const bytes = Buffer.concat(held)
  const end = bytes.lastIndexOf(lineFeed) + 1
  held = [bytes.subarray(end)]
  heldBytes = bytes.length - end
  const { accepted, rejected } = await archive.append({ lines: bytes.subarray(0, end), timeFields })
  if (rejected > 0) throw new Error(`${rejected} events were rejected`)
  eventCount += accepted
  const needle = /"requestId":"([^"]+)"/.exec(bytes.toString('latin1', 0, 2 ** 16))?.[1]
  if (needle) needles.push(needle)
}
