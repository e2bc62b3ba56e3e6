/** `tidy.ts FOLDER`: a member of the brigade, until it is told that nothing more comes. */
import { openArchive } from '../../lib/archive.ts'
import { systemClock } from '../../lib/core/clock.ts'
import { systemRandom } from '../../lib/core/random.ts'
import { openStore } from '../../lib/store/open-store.ts'
import { RecordingStore } from '../recording-store.ts'
import { report, written } from './report.ts'

const inner = await openStore(`file:${process.argv[2]}`, {
  clock: systemClock,
  random: systemRandom,
})
const store = new RecordingStore(inner, { holds: false })
const archive = await openArchive({ store })
await archive.stat()
const baseBytes = process.memoryUsage.rss()
const end = new AbortController()
process.on('message', () => end.abort())
await archive.brigade(end.signal)
await archive.brigadeOnce()
report({ baseBytes, stat: await archive.stat(), ...written(store) })
