/** A member of the brigade that never rests: `node test/soak/member.ts STORE`. */
import { systemClock } from '../../lib/core/clock.ts'
import { giveUpWhenUnavailable } from './give-up.ts'
import { openSoaked } from './open.ts'

giveUpWhenUnavailable()
const archive = await openSoaked(process.argv[2] ?? '')
for (;;) {
  await archive.brigadeOnce()
  await systemClock.sleep(100)
}
