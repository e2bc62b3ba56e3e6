import { lineFormat } from '../line-format.ts'

/** Any text: each line is an event with nothing but its `message`. */
export const raw = lineFormat({
  name: 'raw',
  summary: 'any text, one event a line',
  lineName: 'line',
  parser: () => () => ({ timeMicros: undefined, fields: {} }),
  fits: () => true,
  scoreMax: 0.1,
})
