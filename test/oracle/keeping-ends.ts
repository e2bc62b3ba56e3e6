import type { AnswerEnd, Hits } from '../../lib/read/question.ts'
import type { Reader } from '../../lib/read/reader.ts'

/** The same reader, which adds how each of its answers ended to a list. */
export function keepingEnds(reader: Reader, ends: AnswerEnd[]): Reader {
  const kept =
    <Question, Answer extends AnswerEnd>(ask: (question: Question) => Promise<Answer>) =>
    async (question: Question): Promise<Answer> => {
      const answer = await ask(question)
      ends.push(answer)
      return answer
    }
  const keptHits = (hits: Hits): Hits => ({
    [Symbol.asyncIterator]: () => hits[Symbol.asyncIterator](),
    end() {
      const end = hits.end()
      ends.push(end)
      return end
    },
  })
  return {
    ...reader,
    search: question => keptHits(reader.search(question)),
    count: kept(reader.count),
    histogram: kept(reader.histogram),
    values: kept(reader.values),
    streams: kept(reader.streams),
    terms: kept(reader.terms),
    fields: kept(reader.fields),
    hours: kept(reader.hours),
    context: kept(reader.context),
  }
}
