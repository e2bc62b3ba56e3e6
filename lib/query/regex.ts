import type { LeafText } from './leaf-text.ts'
import type { Span } from './query.ts'
import { RegexAutomaton } from './regex-automaton.ts'
import { assemble } from './regex-states.ts'
import { RegexFault } from './regex-syntax.ts'

/** Why a source is no expression of the documented subset, or `undefined` when it is one. */
export function regexFault(
  source: string,
): { readonly span: Span; readonly detail: string; readonly hint: string } | undefined {
  try {
    assemble(source)
    return undefined
  } catch (error) {
    if (!(error instanceof RegexFault)) throw error
    return { span: error.span, detail: `regular expression: ${error.message}`, hint: error.hint }
  }
}

/** Whether the expression occurs in a text. */
export function compileRegex(source: string): (text: LeafText) => boolean {
  const automaton = new RegexAutomaton(assemble(source))
  return text => automaton.matches(text)
}
