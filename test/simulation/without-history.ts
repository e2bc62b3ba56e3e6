import { globSync } from 'node:fs'
import { join } from 'node:path'
import { run } from 'node:test'
import { flipAndRead, flipLimits } from '../flips/flips.ts'
import { fuzz } from '../fuzz/fuzz.ts'
import { targetNames } from '../fuzz/targets.ts'
import { loadCorpus } from '../oracle/corpora.ts'
import { type Figure, share, told } from './figures.ts'

const root = join(import.meta.dirname, '../..')

/** How much is tried: inputs of each fuzzed target, and reads while bits flip. */
export interface Effort {
  readonly inputs: number
  readonly reads: number
  readonly seed: number
}

/** The figures that need no history: mutants, hostile input, fuzzed input, flipped bits. */
export async function figuresWithoutHistory(effort: Effort): Promise<Figure[]> {
  return [
    await passed('protocol rules whose removal is noticed', 'test/simulation/protocol/*-rules'),
    await passed('hostile inputs refused or stored as they are', 'test/hostile/*'),
    ...(await fuzzFigures(effort)),
    ...(await flipFigures(effort)),
  ]
}

/** The share of the tests in these files that pass. */
async function passed(figure: string, files: string): Promise<Figure> {
  let [good, all] = [0, 0]
  for await (const { type, data } of run({ files: globSync(`${root}/${files}.test.ts`) })) {
    if (type !== 'test:pass' && type !== 'test:fail') continue
    all++
    if (type === 'test:pass') good++
    else console.error(`${figure}: ${data.name} failed`)
  }
  return share(figure, good, all)
}

async function fuzzFigures({ inputs, seed }: Effort): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const target of targetNames) {
    const { runs, findings } = await fuzz({ target, seed, start: 0, end: inputs })
    for (const { run: number, fault } of findings) {
      console.error(`${fault}\n  npm run fuzz -- --target ${target} --seed ${seed} --run ${number}`)
    }
    figures.push(told(`fuzzed ${target}: inputs`, runs))
    figures.push(none(`fuzzed ${target}: findings`, findings.length))
  }
  return figures
}

async function flipFigures({ reads, seed }: Effort): Promise<Figure[]> {
  const corpus = await loadCorpus('hostile')
  const plan = { corpus, seed, start: 0, end: reads, ...flipLimits }
  const { flips, failures } = await flipAndRead(plan)
  for (const { read, fault } of failures) {
    console.error(`${fault}\n  npm run flips -- --seed ${seed} --read ${read}`)
  }
  return [
    told('reads while bits flip', reads),
    told('answers of the store that were flipped', flips),
    none('answers silently wrong', failures.length),
  ]
}

function none(figure: string, value: number): Figure {
  return { figure, value, target: 0, met: value === 0 }
}
