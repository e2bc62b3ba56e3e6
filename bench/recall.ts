import type { Hits } from '../lib/read/question.ts'
import type { FilledArchive } from './filled-archive.ts'

/** An event as `JSON.parse` has it: what answers are checked by owes nothing to the engine. */
type Event = Readonly<Record<string, unknown>>

/** Which events of a corpus answer a question. */
export interface Expectation {
  /** A text that every line of an answer has: spares parsing the others. */
  readonly text: string
  readonly matches: (event: Event) => boolean
}

/** Lines of the raw corpus that answer the question, in the order of their making. */
export function expectedLines(filled: FilledArchive, expected: Expectation): string[] {
  const found: string[] = []
  for (const { lines } of filled.corpus.blocks(filled.options)) {
    let at = lines.indexOf(expected.text)
    while (at >= 0) {
      const start = lines.lastIndexOf(0x0a, at) + 1
      const end = lines.indexOf(0x0a, at)
      const line = lines.toString('utf8', start, end)
      if (expected.matches(JSON.parse(line))) found.push(line)
      at = lines.indexOf(expected.text, end)
    }
  }
  return found
}

/** The lines of an answer. */
export async function linesOf(hits: Hits): Promise<string[]> {
  const lines: string[] = []
  for await (const { line } of hits) lines.push(line.toString())
  return lines
}

/** An answer that misses an event, or has one too many, ends the run. */
export function checkRecall(question: string, found: number, expected: number): void {
  if (found === expected) return
  throw new Error(`${question}: the answer has ${found} events, a scan of the raw data ${expected}`)
}
