import { Writable } from 'node:stream'
import { Session } from '../../../lib/cli/session.ts'
import { type Clock, systemClock } from '../../../lib/core/clock.ts'
import { systemRandom } from '../../../lib/core/random.ts'

/** A session whose output is kept; `stdout` fails with EPIPE from the `closesAfter`th write on. */
export function fakeSession(
  given: {
    isTTY?: boolean
    closesAfter?: number
    quiet?: boolean
    sleepsNot?: boolean
    store?: string
    clock?: Clock
  } = {},
) {
  const written = { stdout: '', stderr: '' }
  let writes = 0
  const stdout = new Writable({
    write(chunk, _encoding, done) {
      if (writes++ >= (given.closesAfter ?? Number.POSITIVE_INFINITY)) {
        return done(Object.assign(new Error('closed'), { code: 'EPIPE' }))
      }
      written.stdout += chunk
      done()
    },
  })
  const stderr = new Writable({
    write(chunk, _encoding, done) {
      written.stderr += chunk
      done()
    },
  })
  const session = new Session(
    { store: given.store ?? 'memory:', quiet: given.quiet ?? false },
    {
      stdout: Object.assign(stdout, { isTTY: given.isTTY ?? false, columns: 100 }) as never,
      stderr: stderr as never,
      clock:
        given.clock ?? (given.sleepsNot ? { ...systemClock, sleep: async () => {} } : systemClock),
      random: systemRandom,
    },
  )
  return { session, written }
}
