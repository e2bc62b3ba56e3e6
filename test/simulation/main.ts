/**
 * `npm run sim -- [--seed N] [--seeds N] [--json]`: plays histories; exit status 1 at the first
 * broken promise, with the seed to replay it.
 */
import { parseArgs } from 'node:util'
import { playHistory } from './history.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string', default: '200' },
    json: { type: 'boolean', default: false },
  },
})
const first = Number(values.seed ?? 1)
const last = values.seed ? first : Number(values.seeds)
let [calls, acked, reads, rolledUp] = [0, 0, 0, 0]
for (let seed = first; seed <= last; seed++) {
  const report = await playHistory(seed)
  calls += report.calls
  acked += report.acked
  reads += report.reads
  rolledUp += report.rolledUp
  if (report.broken.length > 0) {
    console.error(`seed ${seed} broke: ${report.broken.join('; ')}`)
    console.error(`replay it: npm run sim -- --seed ${seed}`)
    process.exit(1)
  }
  if (values.seed) console.log(`trace ${report.traceHash}`)
}
const figures = { histories: last - first + 1, calls, acked, reads, rolledUp, broken: 0 }
console.log(values.json ? JSON.stringify(figures) : figures)
