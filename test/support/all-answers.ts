import type { SearchQuestion } from '../../lib/read/question.ts'
import type { Reader } from '../../lib/read/reader.ts'

/**
 * What a reader says to one question of every kind, without what the answers cost: equal for two
 * archives that hold the same.
 */
export async function allAnswers(
  reader: Reader,
  { term = 'y', field = 'n' }: { readonly term?: string; readonly field?: string } = {},
): Promise<Readonly<Record<string, unknown>>> {
  const { streams } = await reader.streams()
  const lines = await linesOf(reader, {})
  const id = lines.length > 0 ? JSON.parse(lines[0]!)['@id'] : undefined
  return {
    streams,
    lines,
    matching: await linesOf(reader, { query: term, order: 'asc' }),
    others: await linesOf(reader, { query: `NOT ${term}` }),
    count: told(await reader.count({ query: term })),
    histogram: told(await reader.histogram({ interval: 'hour' })),
    values: told(await reader.values({ field })),
    terms: told(await reader.terms({ term })),
    fields: told(await reader.fields()),
    hours: told(await reader.hours({ query: term })),
    context: id && told(await reader.context({ id, before: 2, after: 2 })),
  }
}

async function linesOf(reader: Reader, question: SearchQuestion): Promise<string[]> {
  const lines: string[] = []
  const hits = reader.search(question)
  for await (const hit of hits) lines.push(hit.line.toString())
  for (const { object, reason } of hits.end().damage) lines.push(`damage: ${object} ${reason}`)
  return lines
}

/** The answer as text: of a line its characters, of what it cost nothing. */
function told(answer: object): unknown {
  const text = JSON.stringify(answer, (key, value) => {
    if (['receipt', 'end', 'cursor'].includes(key)) return undefined
    return value?.type === 'Buffer' ? Buffer.from(value.data).toString() : value
  })
  return JSON.parse(text)
}
