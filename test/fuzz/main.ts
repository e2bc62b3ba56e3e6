/**
 * `npm run fuzz -- [--target NAME,…|all] [--runs N] [--seed S] [--run K] [--json]`: gives every
 * decoder and parser inputs made to break it; exit status 1 when one did anything but answer or
 * refuse. `--run K` repeats one input of a target.
 */
import { parseArgs } from 'node:util'
import { type Fuzzed, fuzz } from './fuzz.ts'
import { targetNames } from './targets.ts'

const { values } = parseArgs({
  options: {
    target: { type: 'string', default: 'all' },
    runs: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    run: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})
const seed = Number(values.seed)
const start = Number(values.run ?? 0)
const end = values.run === undefined ? Number(values.runs) : start + 1
const names = values.target === 'all' ? targetNames : values.target.split(',')
for (const target of names) {
  const fuzzed = await fuzz({ target, seed, start, end })
  if (values.json) console.log(JSON.stringify(figureOf(fuzzed)))
  else console.log(lineOf(fuzzed))
  for (const { run, fault } of fuzzed.findings) {
    console.error(`  ${fault.split('\n').slice(0, 6).join('\n  ')}`)
    console.error(`  npm run fuzz -- --target ${target} --seed ${seed} --run ${run}`)
    process.exitCode = 1
  }
}

function figureOf({ target, runs, taken, refused, seconds, memoryBytes, findings }: Fuzzed) {
  const inputs = { runs, taken, refused, seconds: Math.round(seconds), memoryBytes }
  const value = findings.length
  return { figure: `fuzz ${target}`, value, target: 0, met: value === 0, ...inputs }
}

function lineOf({ target, runs, taken, refused, seconds, memoryBytes, findings }: Fuzzed): string {
  const pace = `${Math.round(runs / seconds)} a second`
  const grown = `grew by ${Math.round(memoryBytes / 2 ** 20)} MiB`
  return (
    `${target}: ${runs} inputs, ${taken} taken, ${refused} refused, ` +
    `${findings.length} findings, ${pace}, ${grown}`
  )
}
