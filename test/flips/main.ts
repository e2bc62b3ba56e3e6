/**
 * `npm run flips -- [--reads N] [--first K] [--seed S] [--read K] [--corpus NAME] [--json]`: reads
 * archives while bits of what the store answers flip; exit status 1 when an answer was wrong and
 * did not say so. `--first K` leaves out the reads before, `--read K` repeats one read.
 */
import { parseArgs } from 'node:util'
import { loadCorpus } from '../oracle/corpora.ts'
import { flipAndRead, flipLimits } from './flips.ts'

const { values } = parseArgs({
  options: {
    reads: { type: 'string', default: '1000000' },
    first: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    read: { type: 'string' },
    corpus: { type: 'string', default: 'hostile' },
    json: { type: 'boolean', default: false },
  },
})
const corpus = await loadCorpus(values.corpus)
const start = Number(values.read ?? values.first)
const end = start + (values.read === undefined ? Number(values.reads) : 1)
const plan = {
  corpus,
  seed: Number(values.seed),
  ...flipLimits,
}
const startMillis = performance.now()
/** Told of as they are done: a million take a while. */
const step = 50_000
const sum = { exact: 0, damaged: 0, refused: 0, answers: 0, flips: 0, failures: 0 }
for (let at = start; at < end && sum.failures === 0; at = Math.min(end, at + step)) {
  const { failures, ...some } = await flipAndRead({
    ...plan,
    start: at,
    end: Math.min(end, at + step),
  })
  for (const name of ['exact', 'damaged', 'refused', 'answers', 'flips'] as const) {
    sum[name] += some[name]
  }
  sum.failures += failures.length
  for (const { read, state, asking, flipping, fault } of failures) {
    console.error(`  ${asking} of an archive ${state}, ${JSON.stringify(flipping)}: ${fault}`)
    console.error(`  npm run flips -- --corpus ${corpus.name} --seed ${plan.seed} --read ${read}`)
  }
  if (!values.json) console.log(lineOf(Math.min(end, at + step) - start))
}
if (values.json) {
  const figure = { figure: 'answers silently wrong', value: sum.failures, target: 0 }
  console.log(JSON.stringify({ ...figure, met: sum.failures === 0, reads: end - start, ...sum }))
}
if (sum.failures > 0) process.exitCode = 1

function lineOf(reads: number): string {
  const pace = Math.round(reads / ((performance.now() - startMillis) / 1000))
  return (
    `${reads} reads, ${sum.flips} of ${sum.answers} answers of the store flipped: ` +
    `${sum.exact} exact, ${sum.damaged} tell what they lack, ${sum.refused} refused, ` +
    `${sum.failures} silently wrong; ${pace} a second`
  )
}
