import type { AnswerEnd, Damage, ErrorDetail } from '../lib/client/answers.ts'
import { ArchiveClientError } from '../lib/client/client-error.ts'
import { element } from './elements.ts'

/** Shows why a question failed; where the query is at fault, that part of it is underlined. */
export function showFault(place: HTMLElement, error: unknown, query: string): void {
  const errors = error instanceof ArchiveClientError ? error.errors : []
  const message = error instanceof Error ? error.message : String(error)
  const isTold = errors.some(({ detail }) => message.includes(detail))
  place.replaceChildren(...(isTold ? [] : [element('p', {}, message)]))
  for (const { span, detail, hint } of errors.slice(0, 5)) {
    if (span) place.append(underlined(query, span))
    place.append(element('p', {}, detail))
    if (hint) place.append(element('p', { className: 'hint' }, hint))
  }
  place.hidden = false
}

function underlined(query: string, [start, end]: NonNullable<ErrorDetail['span']>): HTMLElement {
  // A span at the end of the query has nothing to underline: a blank stands for what is missing.
  const wrong = query.slice(start, end) || ' '
  const mark = element('mark', {}, wrong)
  return element(
    'pre',
    { className: 'wrong' },
    query.slice(0, start),
    mark,
    query.slice(Math.max(end, start)),
  )
}

/** Names what an answer had to do without. */
export function showDamage(place: HTMLElement, damage: readonly Damage[]): void {
  place.hidden = damage.length === 0
  const title = `${plural(damage.length, 'damaged part')}: events may be missing`
  const items = damage
    .slice(0, 20)
    .map(part =>
      element(
        'li',
        {},
        `${part.object}, bytes ${part.startByte} to ${part.endByte}: ${part.reason}; up to ` +
          `${part.eventCount} events from ${part.from} to ${part.to}` +
          (part.streams.length > 0 ? ` in ${part.streams.slice(0, 5).join(', ')}` : ''),
      ),
    )
  place.replaceChildren(element('p', {}, title), element('ul', {}, ...items))
}

/** What an answer cost, in one line. */
export function receiptText(name: string, { receipt }: AnswerEnd): string {
  const { get, list, put, delete: deleted } = receipt.requests
  const requests = get + list + put + deleted
  return [
    `${name}: ${plural(requests, 'request')}`,
    plural(receipt.rounds, 'round'),
    bytesText(receipt.bytesRead),
    `$${receipt.dollars.toFixed(7).replace(/0{1,5}$/, '')}`,
    `${Math.round(receipt.millis)} ms`,
  ].join(' · ')
}

export function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
}

export function bytesText(sizeBytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const power = Math.min(Math.floor(Math.log10(Math.max(sizeBytes, 1)) / 3), units.length - 1)
  return `${Number((sizeBytes / 1000 ** power).toPrecision(3))} ${units[power]}`
}
