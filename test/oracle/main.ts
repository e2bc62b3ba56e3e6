/**
 * `npm run oracle -- [--corpus NAME,…|all] [--queries N] [--seed S] [--question K] [--events N]
 * [--spoilt]`: asks random questions and compares every answer with a full scan; exit status 1 when
 * one was wrong.
 */
import { parseArgs } from 'node:util'
import { corpusNames, loadCorpus } from './corpora.ts'
import { type Played, play } from './play.ts'

const { values } = parseArgs({
  options: {
    corpus: { type: 'string', default: 'all' },
    queries: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    question: { type: 'string' },
    events: { type: 'string', default: '250' },
    failures: { type: 'string', default: '5' },
    spoilt: { type: 'boolean', default: false },
  },
})
const { spoilt: isSpoilt } = values
const seed = Number(values.seed)
const start = Number(values.question ?? 0)
const limits = {
  start,
  end: values.question === undefined ? Number(values.queries) : start + 1,
  archiveQuestions: 250,
  eventsMax: Number(values.events),
  failuresMax: Number(values.failures),
}
const names: readonly string[] = values.corpus === 'all' ? corpusNames() : values.corpus.split(',')
for (const name of names) {
  const corpus = await loadCorpus(name)
  const startMillis = performance.now()
  const played = await play({ corpus, seed, isSpoilt, ...limits })
  report(name, played, (performance.now() - startMillis) / 1000)
  if (played.failures.length > 0) process.exitCode = 1
}

function report(corpus: string, { questions, met, warned, failures }: Played, seconds: number) {
  const pace = `${Math.round(questions / seconds)} a second`
  const told = isSpoilt ? `${warned} warned, ` : ''
  const found = `${questions} questions, ${met} found something, ${told}`
  console.log(`${corpus}: ${found}${failures.length} wrong, ${pace}`)
  for (const { number, state, asking, settings, question, fault } of failures) {
    const { meant, ...asked } = question
    const again = `--corpus ${corpus} --seed ${seed} --question ${number}`
    console.error(
      `  ${asking} of an archive ${state}, reader ${JSON.stringify(settings ?? 'warm')}:`,
    )
    console.error(`    ${JSON.stringify(asked)}`)
    console.error(`    meant ${JSON.stringify(meant)}`)
    console.error(`    ${fault}`)
    console.error(`    npm run oracle -- ${again}${isSpoilt ? ' --spoilt' : ''}`)
  }
}
