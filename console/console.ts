import type { AnswerEnd, Damage, HistogramAnswer } from '../lib/client/answers.ts'
import { ArchiveClient } from '../lib/client/archive-client.ts'
import { parseTimeOrRelative } from '../lib/core/relative-time.ts'
import { ask, enter, home, isLockedOut, watchDoor } from './door.ts'
import { element, part } from './elements.ts'
import { withCondition } from './event-json.ts'
import { askExtent } from './extent.ts'
import { fieldsTable, isTerm, termsTable } from './fields.ts'
import { barsOf, drawHistogram, hull } from './histogram.ts'
import { bytesText, plural, receiptText, showDamage, showFault } from './notices.ts'
import { eventRow } from './rows.ts'
import { addressTime, intervalFor, type Span } from './time-axis.ts'
import { addressOfView, parametersOf, type View, viewOfAddress } from './view.ts'

const client = new ArchiveClient({ url: home, fetch: ask })
const form = part<HTMLFormElement>('question')
const inputs = ['query', 'stream', 'from', 'to', 'order'].map(id => part<HTMLInputElement>(id))
const fields = part<HTMLDetailsElement>('fields')
const presets = ['15m', '1h', '24h', '7d', '30d', '1y']
/** Stream names offered while typing. */
const streamsOfferedMax = 1000

let view = viewOfAddress(location.search)
let asking = new AbortController()
/** Damaged parts that answers of this view had to do without. */
let damaged = new Map<string, Damage>()

/** Changes what is shown, as a step of its own in the history. */
function show(changes: Partial<View>): void {
  view = { ...view, ...changes }
  history.pushState(null, '', addressOfView(view))
  run()
}

/** Asks everything anew. The questions are independent: one that fails hides none of the others. */
function run(): void {
  stop()
  if (!enter()) return
  const values = [view.q, view.stream, view.from, view.to, view.order]
  for (const [position, input] of inputs.entries()) input.value = values[position]!
  for (const button of part('presets').querySelectorAll('button')) {
    button.setAttribute('aria-pressed', String(view.from === button.value && view.to === ''))
  }
  document.title = view.q ? `${view.q} · Varve` : 'Varve'
  const { signal } = asking
  void guarded(signal, () => showRows(undefined, signal))
  void guarded(signal, () => showHistogram(signal))
  if (fields.open) void guarded(signal, () => showFields(signal))
}

/** Asks nothing more and shows nothing more. */
function stop(): void {
  asking.abort()
  asking = new AbortController()
  damaged = new Map()
  for (const id of ['fault', 'damage']) part(id).hidden = true
  for (const id of ['rows', 'more', 'summary', 'receipt', 'fieldlist']) part(id).replaceChildren()
}

async function guarded(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (signal.aborted) return
    if (isLockedOut(error)) stop()
    else showFault(part('fault'), error, view.q)
  }
}

async function showRows(cursor: string | undefined, signal: AbortSignal): Promise<void> {
  part('more').replaceChildren(element('span', { className: 'busy' }, 'Searching …'))
  const rows = part('rows')
  const answer = client.search({ ...parametersOf(view), ...(cursor && { cursor }), signal })
  try {
    for await (const line of answer.lines()) {
      if (signal.aborted) return
      rows.append(eventRow(line, actions))
    }
  } finally {
    if (!signal.aborted) part('more').replaceChildren()
  }
  const end = answer.end()
  noteEnd('events', end)
  if (rows.childElementCount === 0) showNothing()
  if (end.cursor === null) return
  const older = view.order === 'desc' ? 'Older events' : 'Newer events'
  const more = element('button', { type: 'button', textContent: older })
  more.addEventListener('click', () => {
    void guarded(signal, () => showRows(end.cursor!, signal))
  })
  part('more').replaceChildren(more)
}

const actions = {
  addCondition: (condition: string) => show({ q: withCondition(view.q, condition) }),
  onlyStream: (stream: string) => show({ stream }),
}

/** Asked only where somebody opens the list: it may read every event that matches. */
async function showFields(signal: AbortSignal): Promise<void> {
  const place = part('fieldlist')
  place.replaceChildren(element('span', { className: 'busy' }, 'Looking …'))
  const { q, order: _, ...range } = parametersOf(view)
  const term = q?.trim() ?? ''
  try {
    const [fields, terms] = await Promise.all([
      client.fields({ ...range, ...(q && { q }), limit: 5, signal }),
      isTerm(term) ? client.terms(term, { ...range, limit: 5, signal }) : undefined,
    ])
    place.replaceChildren(
      ...(terms ? [termsTable(term, terms, actions.addCondition)] : []),
      fieldsTable(fields, actions.addCondition),
    )
    noteEnd('fields', fields.end)
    if (terms) noteEnd('terms', terms.end)
  } catch (error) {
    place.replaceChildren()
    throw error
  }
}

function showNothing(): void {
  const everywhere = element('button', { type: 'button', textContent: 'Search all time' })
  everywhere.addEventListener('click', () => show({ from: '', to: '' }))
  part('more').replaceChildren(
    element('span', {}, 'No event matches. '),
    ...(view.from || view.to ? [everywhere] : []),
  )
}

/** Shows what an answer cost, and adds what it lacks to what others of this view lack. */
function noteEnd(name: string, end: AnswerEnd): void {
  for (const each of end.damage) damaged.set(`${each.object} ${each.startByte}`, each)
  showDamage(part('damage'), [...damaged.values()])
  const earlier = part('receipt').querySelector(`[data-name=${name}]`)
  earlier?.remove()
  const note = element('span', {}, receiptText(name, end))
  note.dataset.name = name
  part('receipt').append(note)
}

async function showHistogram(signal: AbortSignal): Promise<void> {
  const place = part('histogram')
  place.classList.add('stale')
  try {
    const span = await wantedSpan(signal)
    if (!span) return place.replaceChildren(invitation())
    const answer = await askHistogram(span, signal)
    drawHistogram(place, answer, drawnSpan(span, answer), to => {
      show({ from: addressTime(to.startMillis), to: addressTime(to.endMillis) })
    })
    part('summary').textContent = `${plural(answer.count, 'event')} by ${answer.interval}`
    noteEnd('histogram', answer.end)
  } finally {
    if (!signal.aborted) place.classList.remove('stale')
  }
}

/**
 * Without a range it is about where the events found are, once more and finer if they lie close.
 */
async function askHistogram(span: Span, signal: AbortSignal): Promise<HistogramAnswer> {
  const { order: _, ...selection } = parametersOf(view)
  const interval = intervalFor(span)
  const answer = await client.histogram({ ...selection, interval, signal })
  const found = hull(barsOf(answer))
  if (view.from || view.to || !found || intervalFor(found) === interval) return answer
  const range = { from: addressTime(found.startMillis), to: addressTime(found.endMillis) }
  return client.histogram({ ...selection, ...range, interval: intervalFor(found), signal })
}

/** Where the range is closed, the server knows best what `now` was. */
function drawnSpan(span: Span, { end: { range } }: HistogramAnswer): Span {
  return {
    startMillis: range.from ? Date.parse(range.from) : span.startMillis,
    endMillis: range.to ? Date.parse(range.to) : span.endMillis,
  }
}

/** The range asked for, as far as there are events; `undefined`: there are none at all. */
async function wantedSpan(signal: AbortSignal): Promise<Span | undefined> {
  const { first, last, holdings } = await askExtent(client, view.stream, signal)
  if (holdings) showHoldings(holdings.events, holdings.sizeBytes)
  if (first === null || last === null) return undefined
  const nowMicros = Date.now() * 1000
  const resolve = (text: string, open: string) =>
    (text && parseTimeOrRelative(text, nowMicros)) || Date.parse(open) * 1000
  const startMillis = Math.floor(resolve(view.from, first) / 1000)
  const endMillis = Math.ceil(resolve(view.to, last) / 1000) + (view.to ? 0 : 1)
  return { startMillis, endMillis: Math.max(endMillis, startMillis + 1000) }
}

function showHoldings(events: number, sizeBytes: number): void {
  part('holdings').textContent =
    events === 0 ? 'empty' : `${plural(events, 'event')} in ${bytesText(sizeBytes)}`
}

/** What to do with an archive that holds nothing. */
function invitation(): HTMLElement {
  const address = new URL('v1/streams/demo/events', home)
  const example = `curl -d '{"message":"hello"}' ${address.href}`
  const text = 'The archive is empty. Append the first event:'
  return element('div', { className: 'invitation' }, text, element('pre', {}, example))
}

/** Names to choose from are a convenience; the rows say more. */
async function offerStreams(): Promise<void> {
  const { streams } = await client.streams().catch(() => ({ streams: [] }))
  const options = streams
    .slice(0, streamsOfferedMax)
    .map(({ stream, count }) => element('option', { value: stream, label: plural(count, 'event') }))
  part('streams').replaceChildren(...options)
}

function begin(): void {
  run()
  if (enter()) void offerStreams()
}

function start(): void {
  form.addEventListener('submit', event => {
    event.preventDefault()
    const [q, stream, from, to, order] = inputs.map(input => input.value.trim())
    show({ q: q!, stream: stream!, from: from!, to: to!, order: order === 'asc' ? 'asc' : 'desc' })
  })
  part('order').addEventListener('change', () => form.requestSubmit())
  for (const preset of [...presets, '']) {
    const text = preset || 'all'
    const button = element('button', { type: 'button', value: preset && `-${preset}` }, text)
    button.addEventListener('click', () => show({ from: button.value, to: '' }))
    part('presets').append(button)
  }
  document.addEventListener('keydown', event => {
    const typing = event.target instanceof HTMLInputElement
    if (event.key === '/' && !typing) {
      event.preventDefault()
      part('query').focus()
    } else if (event.key === 'Escape' && typing) part('query').blur()
  })
  fields.addEventListener('toggle', () => {
    const { signal } = asking
    if (fields.open) void guarded(signal, () => showFields(signal))
  })
  addEventListener('popstate', () => {
    view = viewOfAddress(location.search)
    run()
  })
  watchDoor(begin, () => {
    stop()
    part('holdings').replaceChildren()
    part('histogram').replaceChildren()
    part('streams').replaceChildren()
  })
  begin()
}

start()
