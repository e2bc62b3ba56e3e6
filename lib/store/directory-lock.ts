import { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../core/clock.ts'
import { fraction, type Random } from '../core/random.ts'
import { storeLimits } from '../core/store-limits.ts'

const sqliteBusy = 5

/**
 * Takes the lock that one process at a time can hold, or answers `undefined` when another held it
 * all the while. It is the operating system's own file lock, reached through SQLite because Node
 * offers no other way: it ends with the process that holds it, however that dies, so no lock is
 * ever stale and none is ever broken. The file stays empty.
 */
export async function takeLock(
  path: string,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): Promise<{ release(): void } | undefined> {
  const endMicros = clock.nowMicros() + storeLimits.lockWaitMillisMax * 1000
  // Opened for each use: a connection that stays open would lock a file that was deleted meanwhile.
  const database = new DatabaseSync(path, { timeout: 0 })
  try {
    while (!tryToLock(database)) {
      if (clock.nowMicros() >= endMicros) {
        database.close()
        return undefined
      }
      await clock.sleep(storeLimits.lockPauseMillis * (0.5 + fraction(random)))
    }
  } catch (error) {
    database.close()
    throw error
  }
  return { release: () => database.close() }
}

function tryToLock(database: DatabaseSync): boolean {
  try {
    database.exec('BEGIN IMMEDIATE')
    return true
  } catch (error) {
    if ((error as { errcode?: number }).errcode === sqliteBusy) return false
    throw error
  }
}
