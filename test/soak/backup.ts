/**
 * Backs up until it is killed: `node test/soak/backup.ts STORE BACKUP LOGS ERASURES NOTES`. Of
 * every backup that stands it notes how much was acknowledged before.
 */
import { appendFileSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ArchiveError } from '../../lib/core/errors.ts'
import type { BackupNote } from './backup-note.ts'
import { giveUpWhenUnavailable } from './give-up.ts'
import { openSoaked } from './open.ts'

const [url = '', backupUrl = '', logs = '', erasures = '', notes = ''] = process.argv.slice(2)
giveUpWhenUnavailable()
const archive = await openSoaked(url)
for (;;) {
  const logBytes = Object.fromEntries(
    readdirSync(logs).map(file => [file, readFileSync(join(logs, file)).length]),
  )
  const erasureBytes = readFileSync(erasures, { flag: 'a+' }).length
  try {
    const { generation, copiedObjects } = await archive.backup(backupUrl, { keep: 3 })
    const { number, lacking } = generation
    const note: BackupNote = {
      number,
      copiedObjects,
      lacking: lacking.length,
      logBytes,
      erasureBytes,
    }
    appendFileSync(notes, `${JSON.stringify(note)}\n`)
  } catch (error) {
    // Nothing is acknowledged yet, or the killed one before had finished after all.
    if (!(error instanceof ArchiveError) || !['missing', 'conflict'].includes(error.code))
      throw error
  }
}
