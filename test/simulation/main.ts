/**
 * `npm run sim -- [--seed N [--trace]] [--seeds N [--first N]] [--report] [--json]`: plays
 * histories; exit status 1 at the first broken promise, with the seed to replay it. `--report
 * [--inputs N] [--reads N]` does everything exhaustive as well, removes each rule, fuzzes and flips
 * bits, and prints the table of reliability figures; `--table` writes the table of rules and their
 * tests into docs/protocol.md.
 */
import { parseArgs } from 'node:util'
import { exhaustiveFigures } from './exhaustive/figures.ts'
import { type Figure, figuresOf, printFigures } from './figures.ts'
import { playHistory } from './history.ts'
import { playSeeds } from './play-seeds.ts'
import { writeRows } from './protocol/rule-table.ts'
import { figuresWithoutHistory } from './without-history.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string', default: '200' },
    first: { type: 'string', default: '1' },
    trace: { type: 'boolean', default: false },
    table: { type: 'boolean', default: false },
    report: { type: 'boolean', default: false },
    inputs: { type: 'string', default: '10000' },
    reads: { type: 'string', default: '10000' },
    json: { type: 'boolean', default: false },
  },
})

if (values.table) writeRows()
else if (values.seed === undefined) await playMany(asNumber('seeds', values.seeds))
else await replay(asNumber('seed', values.seed))

/** One history. */
async function replay(seed: number): Promise<void> {
  const { trace, broken, ...rest } = await playHistory(seed)
  if (values.trace) for (const line of trace) console.log(line)
  if (values.json) console.log(JSON.stringify({ ...rest, broken }))
  else console.log(`seed ${seed}: ${rest.operations} operations, ${rest.storeCalls} requests`)
  if (!values.json) console.log(`trace ${rest.traceHash}`)
  fail(seed, broken)
}

async function playMany(count: number): Promise<void> {
  const played = await playSeeds(asNumber('first', values.first), count)
  const figures: Figure[] = figuresOf(played)
  if (played.broken) fail(played.broken.seed, played.broken.promises)
  else if (values.report) {
    const [inputs, reads] = [asNumber('inputs', values.inputs), asNumber('reads', values.reads)]
    figures.push(...(await figuresWithoutHistory({ inputs, reads, seed: 1 })))
    figures.push(...(await exhaustiveFigures()))
  }
  printFigures(figures, values.json)
  if (figures.some(figure => !figure.met)) process.exitCode = 1
}

function fail(seed: number, broken: readonly string[]): void {
  if (broken.length === 0) return
  for (const promise of broken.slice(0, 20)) console.error(`seed ${seed} broke: ${promise}`)
  console.error(`replay it: npm run sim -- --seed ${seed} --trace`)
  process.exitCode = 1
}

function asNumber(option: string, text: string): number {
  const number = Number(text)
  if (Number.isSafeInteger(number) && number > 0) return number
  console.error(`--${option} is ${text}, expected a whole number above 0`)
  process.exit(2)
}
