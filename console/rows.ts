import { element } from './elements.ts'
import { conditionFor, Digits, type Json, parseEvent, summaryOf } from './event-json.ts'

/** What a click in a row may do. */
export interface RowActions {
  readonly addCondition: (condition: string) => void
  readonly onlyStream: (stream: string) => void
}

/** Longest text of a row in characters; the whole event is a click away. */
const summaryLengthMax = 600

/** One event: time, stream and a line of it; opened, the whole as JSON. */
export function eventRow(line: string, actions: RowActions): HTMLLIElement {
  const event = parseEvent(line)
  const stream = String(event['@stream'])
  const row = element('li')
  const time = String(event['@time'])
  const opener = element(
    'button',
    { type: 'button', className: 'opener', title: 'Show the whole event' },
    element('time', { dateTime: time }, time.replace('T', ' ').replace('Z', '').slice(0, 23)),
    element('span', { className: 'text' }, summaryOf(event).slice(0, summaryLengthMax)),
  )
  opener.setAttribute('aria-expanded', 'false')
  const chip = element('button', {
    type: 'button',
    className: 'stream',
    textContent: stream,
    title: `Only stream ${stream}`,
    onclick: () => actions.onlyStream(stream),
  })
  let detail: HTMLElement | undefined
  opener.addEventListener('click', () => {
    detail ??= eventDetail(event, line, actions)
    if (detail.isConnected) detail.remove()
    else row.append(detail)
    opener.setAttribute('aria-expanded', String(detail.isConnected))
  })
  row.className = levelOf(event)
  row.append(opener, chip)
  return row
}

function levelOf(event: { readonly [name: string]: Json }): string {
  const level = String(event.level ?? event.severity ?? event.log_level ?? '').toLowerCase()
  if (/^(fatal|crit|alert|emerg|panic|err)/.test(level)) return 'error'
  return level.startsWith('warn') ? 'warning' : ''
}

function eventDetail(
  event: { readonly [name: string]: Json },
  line: string,
  actions: RowActions,
): HTMLElement {
  const copy = element('button', { type: 'button', className: 'copy', textContent: 'Copy' })
  copy.addEventListener('click', async () => {
    await navigator.clipboard.writeText(line)
    copy.textContent = 'Copied'
  })
  const text = element('pre')
  appendValue(text, event, [], '', actions)
  return element('div', { className: 'detail' }, copy, text)
}

/** Pretty JSON in which every value that a query can name is a button. */
function appendValue(
  place: HTMLElement,
  value: Json,
  path: readonly string[],
  indent: string,
  actions: RowActions,
): void {
  if (typeof value !== 'object' || value === null || value instanceof Digits) {
    place.append(leaf(value, path, actions))
    return
  }
  const isArray = Array.isArray(value)
  const members: [name: string, member: Json][] = Object.entries(value)
  place.append(isArray ? '[' : '{')
  for (const [position, [name, member]] of members.entries()) {
    place.append(`${position > 0 ? ',' : ''}\n${indent}  `)
    if (!isArray) place.append(element('b', {}, JSON.stringify(name)), ': ')
    appendValue(place, member, isArray ? path : [...path, name], `${indent}  `, actions)
  }
  place.append(members.length > 0 ? `\n${indent}` : '', isArray ? ']' : '}')
}

function leaf(value: Json, path: readonly string[], actions: RowActions): Node | string {
  const text = value instanceof Digits ? value.text : JSON.stringify(value)
  const condition = conditionFor(path, value)
  if (condition === undefined) return text
  return element('button', {
    type: 'button',
    className: 'value',
    textContent: text,
    title: `Search ${condition}\nwith Alt: without it`,
    onclick: event => actions.addCondition(event.altKey ? `-${condition}` : condition),
  })
}
