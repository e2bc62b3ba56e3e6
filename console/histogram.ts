import type { HistogramAnswer } from '../lib/client/answers.ts'
import { shape } from './elements.ts'
import { intervalEnd, type Span, shortTime, ticks } from './time-axis.ts'

const height = 110
const axisHeight = 18
const top = 14
/** A shorter way of the pointer is a click. */
const dragMin = 4

export interface Bar {
  readonly span: Span
  readonly count: number
}

/**
 * The histogram as SVG, as wide as its place. A click on a bar narrows the range to it, a drag to
 * what was dragged over.
 */
export function drawHistogram(
  place: HTMLElement,
  answer: HistogramAnswer,
  span: Span,
  narrow: (to: Span) => void,
): void {
  const width = Math.max(place.clientWidth, 200)
  const bars = barsOf(answer)
  const scale = (millis: number) =>
    ((millis - span.startMillis) / (span.endMillis - span.startMillis)) * width
  const picture = shape('svg', {
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: 'img',
    'aria-label': `${answer.count} events, by ${answer.interval}`,
  })
  drawAxis(picture, span, scale, width)
  drawBars(picture, bars, scale, width)
  listen(picture, span, bars, width, narrow)
  place.replaceChildren(picture)
}

export function barsOf({ intervals, interval }: HistogramAnswer): Bar[] {
  return intervals.map(({ start, count }) => {
    const startMillis = Date.parse(start)
    return { span: { startMillis, endMillis: intervalEnd(startMillis, interval) }, count }
  })
}

/** From the start of the first bar to the end of the last; `undefined` when there is none. */
export function hull(bars: readonly Bar[]): Span | undefined {
  const [first] = bars
  const last = bars.at(-1)
  return first && last && { startMillis: first.span.startMillis, endMillis: last.span.endMillis }
}

function drawAxis(
  picture: SVGSVGElement,
  span: Span,
  scale: (millis: number) => number,
  width: number,
): void {
  const base = height - axisHeight
  picture.append(shape('line', { x1: 0, x2: width, y1: base, y2: base, class: 'axis' }))
  for (const { millis, text } of ticks(span, Math.floor(width / 90))) {
    const x = scale(millis)
    if (x > width - 70) continue
    picture.append(
      shape('line', { x1: x, x2: x, y1: base, y2: base + 4, class: 'axis' }),
      shape('text', { x: x + 3, y: height - 4 }, text),
    )
  }
}

function drawBars(
  picture: SVGSVGElement,
  bars: readonly Bar[],
  scale: (millis: number) => number,
  width: number,
): void {
  const base = height - axisHeight
  const most = Math.max(...bars.map(bar => bar.count), 1)
  for (const { span, count } of bars) {
    const x = Math.max(scale(span.startMillis), 0)
    const end = Math.min(scale(span.endMillis), width)
    const size = Math.max((count / most) * (base - top), 1.5)
    const gap = end - x > 4 ? 1 : 0
    const place = { x, y: base - size, width: Math.max(end - x - gap, 1), height: size }
    const times = `${shortTime(span.startMillis)} to ${shortTime(span.endMillis)} UTC`
    picture.append(
      shape(
        'rect',
        { ...place, class: 'bar' },
        shape('title', {}, `${count.toLocaleString('en')} events\n${times}`),
      ),
    )
  }
  if (bars.length > 0) {
    picture.append(shape('text', { x: 2, y: 10 }, most.toLocaleString('en')))
  }
}

function listen(
  picture: SVGSVGElement,
  span: Span,
  bars: readonly Bar[],
  width: number,
  narrow: (to: Span) => void,
): void {
  const brush = shape('rect', { y: 0, height: height - axisHeight, class: 'brush' })
  const millisAt = (x: number) =>
    span.startMillis + (x / width) * (span.endMillis - span.startMillis)
  const place = (event: PointerEvent) => {
    const box = picture.getBoundingClientRect()
    return Math.min(Math.max(((event.clientX - box.left) / box.width) * width, 0), width)
  }
  let from: number | undefined
  picture.addEventListener('pointerdown', event => {
    if (event.button !== 0) return
    from = place(event)
    picture.setPointerCapture(event.pointerId)
  })
  picture.addEventListener('pointermove', event => {
    if (from === undefined) return
    const to = place(event)
    brush.setAttribute('x', String(Math.min(from, to)))
    brush.setAttribute('width', String(Math.abs(to - from)))
    picture.append(brush)
  })
  picture.addEventListener('pointerup', event => {
    if (from === undefined) return
    const [start, end] = [from, place(event)].sort((a, b) => a - b) as [number, number]
    from = undefined
    brush.remove()
    const wanted: Span = { startMillis: millisAt(start), endMillis: millisAt(end) }
    const covered =
      end - start < dragMin
        ? bars.filter(bar => isWithin(bar.span, wanted.startMillis))
        : bars.filter(bar => overlap(bar.span, wanted))
    // Whole intervals: the edges of a drag are not meant to the pixel.
    const range = hull(covered)
    if (range) narrow(range)
  })
}

function isWithin(span: Span, millis: number): boolean {
  return span.startMillis <= millis && millis < span.endMillis
}

function overlap(a: Span, b: Span): boolean {
  return a.startMillis < b.endMillis && b.startMillis < a.endMillis
}
