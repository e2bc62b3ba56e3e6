/** Reads until it is killed: `node test/soak/reader.ts STORE LOGS FAULTS`; faults go to a file. */
import { appendFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { faultsOfRead } from './check.ts'
import { ackedNames, readLog } from './log.ts'
import { openSoaked } from './open.ts'

const [url = '', logs = '', report = ''] = process.argv.slice(2)
const archive = await openSoaked(url)
for (;;) {
  // What was acknowledged before the read begins must be in it.
  const acked = readdirSync(logs).flatMap(file => ackedNames(file, readLog(join(logs, file))))
  const { faults, eventCount } = await faultsOfRead(archive, acked)
  appendFileSync(report, faults.map(fault => `fault ${fault}\n`).join(''))
  appendFileSync(report, `read ${eventCount}\n`)
}
