/**
 * `npm run oracle -- [--corpus NAME,…|all] [--queries N] [--seed S] [--question K] [--events N]`:
 * asks random questions and compares every answer with a full scan; exit status 1 when one was
 * wrong.
 */
import { parseArgs } from 'node:util'
import { corpusNames, loadCorpus } from './corpora.ts'
import { type Failure, play } from './play.ts'

const archiveQuestions = 250

const { values } = parseArgs({
  options: {
    corpus: { type: 'string', default: 'all' },
    queries: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    question: { type: 'string' },
    events: { type: 'string', default: '250' },
    failures: { type: 'string', default: '5' },
  },
})
const seed = Number(values.seed)
const start = Number(values.question ?? 0)
const end = values.question === undefined ? Number(values.queries) : start + 1
const names: readonly string[] = values.corpus === 'all' ? corpusNames() : values.corpus.split(',')
let wrong = 0
for (const name of names) {
  const corpus = await loadCorpus(name)
  const startMillis = performance.now()
  const eventsMax = Number(values.events)
  const plan = { corpus, seed, start, end, archiveQuestions, eventsMax }
  const played = await play({ ...plan, failuresMax: Number(values.failures) })
  const seconds = (performance.now() - startMillis) / 1000
  const { questions, met, failures } = played
  wrong += failures.length
  const pace = `${Math.round(questions / seconds)} a second`
  console.log(
    `${name}: ${questions} questions, ${met} found something, ${failures.length} wrong, ${pace}`,
  )
  for (const failure of failures) report(name, failure)
}
process.exitCode = wrong > 0 ? 1 : 0

function report(corpus: string, failure: Failure): void {
  const { number, state, asking, settings, question, fault } = failure
  const { meant, ...asked } = question
  console.error(`  ${asking} of an archive ${state}, reader ${JSON.stringify(settings ?? 'warm')}:`)
  console.error(`    ${JSON.stringify(asked)}`)
  console.error(`    meant ${JSON.stringify(meant)}`)
  console.error(`    ${fault}`)
  console.error(`    npm run oracle -- --corpus ${corpus} --seed ${seed} --question ${number}`)
}
