import type { ErrorDetail } from '../core/errors.ts'
import type { Span } from './query.ts'

const blank = /\s/
/** An operator is one only where a word would end behind it. */
const wordOperatorEnd = /[\s("),]/
/** Enough to understand what is wrong with a query; more is noise. */
const problemsMax = 20

/** The text of a query, how far it is read, and what is wrong with it. */
export class QuerySource {
  readonly text: string
  readonly problems: ErrorDetail[] = []
  position = 0

  constructor(text: string) {
    this.text = text
  }

  get atEnd(): boolean {
    return this.position >= this.text.length
  }

  /** The next character, or the empty string at the end. */
  get next(): string {
    return this.text.charAt(this.position)
  }

  skipBlanks(): void {
    while (!this.atEnd && blank.test(this.next)) this.position++
  }

  /** What a sticky expression matches here; it is consumed. */
  take(sticky: RegExp): RegExpExecArray | undefined {
    sticky.lastIndex = this.position
    const found = sticky.exec(this.text) ?? undefined
    this.position += found?.[0].length ?? 0
    return found
  }

  /** What a sticky expression matches here, or the empty string; nothing is consumed. */
  peek(sticky: RegExp): string {
    sticky.lastIndex = this.position
    return sticky.exec(this.text)?.[0] ?? ''
  }

  /** A word in capitals, or a sign that may touch what follows. */
  takeOperator(word: string, sign: string): Span | undefined {
    const start = this.position
    if (this.text.startsWith(word, start)) {
      const behind = this.text.charAt(start + word.length)
      if (behind !== '' && !wordOperatorEnd.test(behind)) return undefined
      this.position += word.length
    } else if (this.text.startsWith(sign, start)) this.position += sign.length
    else return undefined
    return [start, this.position]
  }

  get isAtOperator(): boolean {
    const start = this.position
    const found = this.takeOperator('OR', '||') ?? this.takeOperator('AND', '&&')
    this.position = start
    return found !== undefined
  }

  /** NOT, `!`, or a `-` that touches what it negates (`--flag` and a lone `-` are texts). */
  takeNot(): Span | undefined {
    const behind = this.text.charAt(this.position + 1)
    if (this.next === '-' && (behind === '' || behind === '-' || /[\s),]/.test(behind))) {
      return undefined
    }
    return this.takeOperator('NOT', this.next === '-' ? '-' : '!')
  }

  takeComma(): Span | undefined {
    return this.next === ',' ? [this.position++, this.position] : undefined
  }

  report(span: Span, detail: string, hint: string): void {
    const last = this.problems.at(-1)?.span
    if (last?.[0] === span[0] && last[1] === span[1]) return
    if (this.problems.length < problemsMax) this.problems.push({ detail, span, hint })
  }

  reportHere(length: number, detail: string, hint: string): void {
    this.report([this.position, this.position + length], detail, hint)
  }
}
