import { ArchiveError } from '../../lib/core/errors.ts'

/** How a process ends that the store kept waiting too long (EX_TEMPFAIL of sysexits.h). */
export const gaveUpStatus = 75

/** Ends the process so where it would have crashed. */
export function giveUpWhenUnavailable(): void {
  process.on('uncaughtException', error => {
    console.error(error)
    process.exit(error instanceof ArchiveError && error.code === 'unavailable' ? gaveUpStatus : 1)
  })
}
