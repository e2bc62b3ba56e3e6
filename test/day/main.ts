/**
 * `npm run day -- [--hours 24] [--scale 1000] [--seed 1] [--json]`: a day at 1 TB through the
 * topology that is deployed on AWS, on a simulated store and clock. Prints what became of the tail,
 * the calls of the brigade, the buckets and the bill (docs/cost.md). Exit status 1: events are lost
 * or doubled.
 */
import { parseArgs } from 'node:util'
import { asJson, asTable } from '../../bench/figure.ts'
import { playDay } from './day.ts'
import { figuresOf } from './figures.ts'

const { values } = parseArgs({
  options: {
    hours: { type: 'string', default: '24' },
    scale: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
})
const day = await playDay({
  seed: Number(values.seed),
  hours: Number(values.hours),
  scale: Number(values.scale),
  bytesADay: 1e12,
  writers: 16,
  faults: { busy: 1e-3, answerLost: 1e-4, outage: 1e-5 },
  deathRate: 0.005,
  throttledHours: [10, 10.5],
})
const figures = figuresOf(day)
if (values.json) for (const figure of figures) console.log(asJson(figure))
else console.log(asTable(figures))
if (day.counted !== day.written.events) {
  console.error(`acknowledged were ${day.written.events} events, counted are ${day.counted}`)
  process.exitCode = 1
}
