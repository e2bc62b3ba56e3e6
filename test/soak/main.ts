/**
 * `npm run soak -- [--seconds 120] [--seed 1] [--store URL]`: exit status 1 when a promise broke.
 */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { soak } from './soak.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '120' },
    seed: { type: 'string', default: '1' },
    store: { type: 'string' },
  },
})
const directory = mkdtempSync(join(tmpdir(), 'varve-soak-'))
const report = await soak({
  url: values.store ?? `file:${join(directory, 'archive')}`,
  directory,
  seconds: Number(values.seconds),
  seed: Number(values.seed),
  writers: 8,
  members: 3,
  readers: 2,
})
console.log(JSON.stringify(report, null, 2))
process.exit(report.faults.length + report.crashes.length > 0 ? 1 : 0)
