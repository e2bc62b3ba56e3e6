import type { EventSelection } from '../../lib/catalog/catalog.ts'
import type { TestEvent } from '../support/make-archive.ts'
import type { Dice } from './dice.ts'
import { drawQuestion } from './draw-question.ts'
import { expectedEvents } from './expected-answers.ts'
import { knownEvents } from './known-events.ts'

/** Events to be erased. */
export interface DrawnErasure {
  readonly selection: EventSelection
  readonly isErased: (event: TestEvent) => boolean
}

const attemptsMax = 20

/**
 * Some of the events, by what is said of them. Of one event given twice with different contents the
 * erasure takes both or none: what is left of the other depends on what lies together.
 */
export function drawErasure(events: readonly TestEvent[], dice: Dice): DrawnErasure | undefined {
  const known = knownEvents(events)
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const question = drawQuestion(known, dice)
    const isErased = (event: TestEvent) => expectedEvents(knownEvents([event]), question).length > 0
    const erased = events.filter(isErased)
    if (erased.length === 0 || erased.length > events.length / 2) continue
    const names = new Set(erased.map(nameOf))
    if (events.some(event => names.has(nameOf(event)) && !isErased(event))) continue
    const { query, stream, startMicros, endMicros } = question
    const selection = {
      ...(query !== '' && { query }),
      ...(stream !== undefined && { stream }),
      ...(startMicros !== undefined && { startMicros }),
      ...(endMicros !== undefined && { endMicros }),
    }
    return { selection, isErased }
  }
  return undefined
}

function nameOf({ time, stream, id, rest }: TestEvent): string {
  return JSON.stringify([time, stream, id ?? null, id === undefined ? rest : ''])
}
