/**
 * Reads until it is killed: `node test/soak/reader.ts STORE LOGS ERASURES FAULTS`; faults go to a
 * file.
 */
import { appendFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { faultsOfRead } from './check.ts'
import { erasedBy, readErasures } from './erasures.ts'
import { giveUpWhenUnavailable } from './give-up.ts'
import { ackedNames, readLog } from './log.ts'
import { openSoaked } from './open.ts'

const [url = '', logs = '', erasures = '', report = ''] = process.argv.slice(2)
giveUpWhenUnavailable()
const archive = await openSoaked(url)
for (;;) {
  // What was acknowledged before the read begins must be in it.
  const acked = readdirSync(logs).flatMap(file => ackedNames(file, readLog(join(logs, file))))
  const erased = () => erasedBy(readErasures(erasures))
  const { faults, names } = await faultsOfRead(archive, acked, erased(), erased)
  appendFileSync(report, faults.map(fault => `fault ${fault}\n`).join(''))
  appendFileSync(report, `read ${names.size}\n`)
}
