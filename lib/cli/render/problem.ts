import { type Problem, problemOf } from '../../api/problem.ts'
import { ArchiveError, type ErrorDetail } from '../../core/errors.ts'
import { cutTo, plainText } from './plain-text.ts'

/**
 * An error in a few lines: what is wrong and where, what to do. A query at fault is shown with
 * carets under the span. Anything but an `ArchiveError` is a bug and keeps its stack.
 */
export function showProblem(error: unknown, query?: string): string {
  if (!(error instanceof ArchiveError)) return showBug(error)
  return `varve: ${problemText(error, query)}\n`
}

/** The same without the name of the program and the last newline. */
export function problemText(error: ArchiveError, query?: string): string {
  const lines = [plainText(error.message)]
  for (const detail of error.details.slice(0, 5)) lines.push(...showDetail(detail, error, query))
  if (error.retryAfterSeconds !== undefined) {
    lines.push(`  try again in ${error.retryAfterSeconds} s`)
  }
  return lines.join('\n')
}

/** The same as data: a problem of the HTTP API without what only a request has. */
export function problemObject(error: unknown): Omit<Problem, 'status' | 'instance'> {
  const { type, title, detail, code, errors } = problemOf(error, '')
  const bug = code === 'internal' && error instanceof Error
  return { type, title, detail: bug ? error.message : detail, code, errors }
}

const queryWindow = 72

function showDetail(detail: ErrorDetail, error: ArchiveError, query?: string): string[] {
  const lines: string[] = []
  if (!error.message.includes(detail.detail)) {
    const where = detail.line === undefined ? '' : `line ${detail.line}: `
    lines.push(`  ${plainText(where + detail.detail)}`)
  }
  if (query !== undefined && detail.span) lines.push(...showSpan(query, detail.span))
  if (detail.hint && !error.message.includes(detail.hint)) lines.push(`  ${plainText(detail.hint)}`)
  return lines
}

/** The query, or the part of a long one that the span lies in, with carets below the span. */
function showSpan(query: string, [start, end]: readonly [number, number]): string[] {
  const from = start > queryWindow / 2 ? start - Math.floor(queryWindow / 2) : 0
  const lead = from > 0 ? '…' : ''
  const shown = cutTo(query.slice(from), queryWindow).replace(/\s/g, ' ')
  const indent = lead.length + plainText(shown.slice(0, start - from)).length
  const width = Math.max(1, Math.min(end, from + shown.length) - start)
  return [`  ${lead}${plainText(shown)}`, `  ${' '.repeat(indent)}${'^'.repeat(width)}`]
}

function showBug(error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return `varve: this is a bug, please report it\n${text}\n`
}
