import type { Hit } from '../../../lib/read/question.ts'
import { createReader, type Reader } from '../../../lib/read/reader.ts'
import type { Dice } from '../dice.ts'
import { type Asked, answerFaults, boundsBy, countFaults } from '../judge-answers.ts'
import { periodStart } from '../period-start.ts'
import { type DrawnQuestion, drawQuestion } from '../questions.ts'
import type { Actor, Stage } from '../stage.ts'

const pagesMax = 8

/**
 * A reader that keeps its cache: it asks in every way and compares each answer with what the model
 * says it must and may hold.
 */
export class ReaderActor implements Actor {
  readonly name: string
  readonly #stage: Stage
  readonly #dice: Dice

  constructor(stage: Stage, name: string) {
    this.name = name
    this.#stage = stage
    this.#dice = stage.dice(name)
  }

  start(process: string): () => Promise<void> {
    const reader = createReader(this.#stage.place(process))
    return () => this.#ask(reader, process)
  }

  async #ask(reader: Reader, process: string): Promise<void> {
    const question = drawQuestion(this.#dice, this.#stage.model.events)
    const way = this.#dice.of(ways)
    await this.askOne(reader, question, way, process)
  }

  async askOne(reader: Reader, drawn: DrawnQuestion, way: Way, process: string): Promise<void> {
    const { model, world, swarm } = this.#stage
    // Whoever wants an old answer by a clock that jumps gets one of any age.
    const { freshnessMillis = 0, ...others } = drawn.selection
    const isSteady = swarm.processFaults['clock-jumps'] === 0
    const question = isSteady ? drawn : { ...drawn, selection: others }
    const ageMicros = isSteady ? freshnessMillis * 1000 : 0
    const begin =
      ageMicros > 0 ? model.momentBefore(world.scheduler.nowMicros - ageMicros) : model.moment
    const asked = { model, begin, matches: drawn.matches }
    for (const fault of await way(reader, question, asked)) {
      const text = `${way.name} of ${JSON.stringify({ ...question, process })}`
      this.#stage.broken.push(`${fault} (${text})`)
    }
  }
}

export type Way = (reader: Reader, question: DrawnQuestion, asked: Asked) => Promise<string[]>

/** Page by page, as far as there are some; what others do in between must not show. */
export async function turnPages(
  reader: Reader,
  { selection, order, limit }: DrawnQuestion,
  asked: Asked,
): Promise<string[]> {
  const hits: Hit[] = []
  const damage = []
  let cursor: string | null = null
  for (let page = 0; page < pagesMax; page++) {
    const found: Hit[] = []
    const answer = reader.search({
      ...selection,
      order,
      ...(limit && { limit }),
      ...(cursor && { cursor }),
    })
    for await (const hit of answer) found.push(hit)
    hits.push(...found)
    const end = answer.end()
    damage.push(...end.damage)
    cursor = end.cursor
    if (limit && found.length > limit) return [`${found.length} hits, at most ${limit}`]
    if (end.complete !== (cursor === null)) return ['complete and a cursor']
    if (!cursor) break
  }
  return answerFaults(asked, { hits, order, complete: cursor === null, damage })
}

async function count(
  reader: Reader,
  { selection }: DrawnQuestion,
  asked: Asked,
): Promise<string[]> {
  const { count, damage } = await reader.count(selection)
  return countFaults(
    'count',
    boundsBy(asked, () => 'all', damage),
    new Map([['all', count]]),
  )
}

async function histogram(
  reader: Reader,
  { selection, interval }: DrawnQuestion,
  asked: Asked,
): Promise<string[]> {
  const { intervals, damage } = await reader.histogram({ ...selection, interval })
  const bounds = boundsBy(asked, event => periodStart(event.timeMicros, interval), damage)
  const counts = new Map(intervals.map(each => [each.startMicros, each.count]))
  return countFaults(interval, bounds, counts)
}

async function values(
  reader: Reader,
  { selection }: DrawnQuestion,
  asked: Asked,
): Promise<string[]> {
  const { values, damage } = await reader.values({ ...selection, field: 'word' })
  const bounds = boundsBy(asked, event => JSON.stringify(event.word), damage)
  return countFaults('word', bounds, new Map(values.map(each => [each.value, each.count])))
}

async function streams(reader: Reader, _question: DrawnQuestion, asked: Asked): Promise<string[]> {
  const { streams, damage } = await reader.streams()
  const bounds = boundsBy({ ...asked, matches: () => true }, event => event.stream, damage)
  return countFaults('stream', bounds, new Map(streams.map(each => [each.stream, each.count])))
}

const ways: readonly Way[] = [turnPages, turnPages, turnPages, count, histogram, values, streams]
