/** A member of the brigade that never rests: `node test/soak/member.ts STORE`. */
import { systemClock } from '../../lib/core/clock.ts'
import { openSoaked } from './open.ts'

const archive = await openSoaked(process.argv[2] ?? '')
for (;;) {
  await archive.brigadeOnce()
  await systemClock.sleep(100)
}
