import type { Archive } from '../archive.ts'
import type { ExplainQuestion, Explanation } from '../read/question.ts'
import { finish } from './finish.ts'
import { showBytes, showCount, showCounted } from './render/figures.ts'
import { plainText } from './render/plain-text.ts'
import { showCost } from './render/receipt.ts'
import { showPairs } from './render/table.ts'
import type { ExitCode } from './run.ts'
import type { Session } from './session.ts'

/** Shows how a question would be carried out, instead of asking it: `--explain`. */
export async function showExplanation(
  session: Session,
  archive: Archive,
  question: ExplainQuestion,
): Promise<ExitCode> {
  const explanation = await archive.explain(question)
  const { bound, objects, frames, parts, hints } = explanation
  const shown = session.json
    ? `${JSON.stringify({ bound, objects, frames, parts, hints })}\n`
    : showPairs(pairsOf(explanation))
  await session.output.write(shown)
  return finish(session, explanation, true, 'explained')
}

function pairsOf({ bound, objects, frames, parts, hints }: Explanation): string[][] {
  const { fresh, sealed, events, bytes } = objects
  return [
    ['at most', showCost(bound)],
    [
      'objects',
      `${showCount(fresh)} fresh, ${showCount(sealed)} sealed: ` +
        `${showCounted(events, 'event')}, ${showBytes(bytes)}`,
    ],
    ['frames', `${showCount(frames.candidates)} of ${showCount(frames.all)} sealed ones`],
    ...parts.map(({ query, frames, isIndexed }) => [
      'part',
      `${plainText(query)}: ${isIndexed ? showCounted(frames, 'frame') : 'no index helps'}`,
    ]),
    ...hints.map(hint => ['cheaper', hint]),
  ]
}
