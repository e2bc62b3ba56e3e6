import type { RegexNode } from './regex-syntax.ts'

/**
 * Texts of which every text that the expression occurs in holds one, in either case: the longest
 * such choice that the expression has in a row. `undefined` where there is none.
 */
export function regexTexts(node: RegexNode): readonly string[] | undefined {
  const found: (readonly string[])[] = []
  let run = ''
  for (const part of inARow(node)) {
    if (part.kind === 'character' && part.only !== undefined) {
      run += part.only
      continue
    }
    found.push([run])
    run = ''
    const texts = textsOf(part)
    if (texts) found.push(texts)
  }
  found.push([run])
  const best = found.reduce((a, b) => (shortest(b) > shortest(a) ? b : a))
  return shortest(best) > 0 ? best : undefined
}

function textsOf(node: RegexNode): readonly string[] | undefined {
  if (node.kind === 'repeat') return node.least > 0 ? regexTexts(node.part) : undefined
  if (node.kind !== 'choice') return undefined
  const all = node.parts.map(regexTexts)
  return all.every(texts => texts !== undefined) ? all.flat() : undefined
}

/** What follows each other in every match. */
function inARow(node: RegexNode): readonly RegexNode[] {
  return node.kind === 'sequence' ? node.parts.flatMap(inARow) : [node]
}

function shortest(texts: readonly string[]): number {
  return Math.min(...texts.map(text => text.length))
}
