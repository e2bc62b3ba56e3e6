import { isDeepStrictEqual } from 'node:util'
import { defaultSettings } from '../../lib/core/settings.ts'
import { formatTime } from '../../lib/core/time.ts'
import type { Reader } from '../../lib/read/reader.ts'
import { referenceCondition } from '../query/support/reference-condition.ts'
import type { ReferenceLeaf } from '../query/support/reference-filter.ts'
import { selectionOf } from './compare.ts'
import type { DrawnQuestion } from './draw-question.ts'
import { expectedEvents, expectedValues } from './expected-answers.ts'
import type { KnownEvent } from './known-events.ts'

const valuesMax = 20

export async function compareValues(
  reader: Reader,
  question: DrawnQuestion,
  expected: readonly KnownEvent[],
): Promise<string | undefined> {
  const { field } = question
  const answer = await reader.values({ ...selectionOf(question), field, limit: valuesMax })
  const { values, count } = expectedValues(expected, field, formatTime)
  const { distinct } = answer
  if (distinct !== values.length) return `${field} has ${distinct} values, not ${values.length}`
  if (answer.count !== count) return `${field} is in ${answer.count} events, not ${count}`
  const wanted = values.slice(0, valuesMax)
  if (isDeepStrictEqual(answer.values, wanted)) return undefined
  const [found, told] = [answer.values, wanted].map(each => JSON.stringify(each).slice(0, 500))
  return `${field} has ${found}, expected ${told}`
}

export async function compareFields(
  reader: Reader,
  question: DrawnQuestion,
  expected: readonly KnownEvent[],
): Promise<string | undefined> {
  const answer = await reader.fields({ ...selectionOf(question), limit: valuesMax })
  const wanted = fieldsOf(expected, () => true)
    .map(({ field, count, leaves, values }) => ({
      field,
      count,
      kinds: [...new Set(leaves.map(kindOf))].sort(),
      distinct: { least: values.length, isExact: true },
      examples: values
        .filter(isShort)
        .map(({ value }) => value)
        .slice(0, valuesMax),
    }))
    .sort((a, b) => (a.field < b.field ? -1 : 1))
  if (answer.count !== expected.length) return `counted ${answer.count}, not ${expected.length}`
  return differenceOf(answer.fields, wanted)
}

export async function compareTerms(
  reader: Reader,
  question: DrawnQuestion,
  _expected: readonly KnownEvent[],
  all: readonly KnownEvent[],
): Promise<string | undefined> {
  const { term } = question
  const { query: _, ...selection } = selectionOf(question)
  const answer = await reader.terms({ ...selection, term: term.text, limit: valuesMax })
  const events = expectedEvents(all, { ...question, meant: term.meant })
  const meets = referenceCondition(term.meant.condition, undefined)
  const wanted = fieldsOf(events, meets)
    .map(({ field, count, values }) => ({
      field,
      count,
      distinct: { least: values.length, isExact: true },
      tokens: values.filter(isShort).slice(0, valuesMax),
    }))
    .sort((a, b) => b.count - a.count || (a.field < b.field ? -1 : 1))
  if (answer.count !== events.length) return `counted ${answer.count}, not ${events.length}`
  return differenceOf(answer.fields, wanted)
}

/** Values of each field as far as they are wanted, most frequent first. */
function fieldsOf(events: readonly KnownEvent[], isWanted: (leaf: ReferenceLeaf) => boolean) {
  const byField = new Map<string, ReferenceLeaf[][]>()
  for (const { leaves } of events) {
    const ofEvent = new Map<string, ReferenceLeaf[]>()
    for (const leaf of leaves) {
      if (leaf.isParameter || leaf.kind === 'null' || !isWanted(leaf)) continue
      const found = ofEvent.get(leaf.path)
      if (found) found.push(leaf)
      else ofEvent.set(leaf.path, [leaf])
    }
    for (const [path, found] of ofEvent) {
      const all = byField.get(path)
      if (all) all.push(found)
      else byField.set(path, [found])
    }
  }
  return [...byField].map(([field, all]) => ({
    field,
    count: all.length,
    leaves: all.flat(),
    values: expectedValues(
      all.map(leaves => ({ leaves })),
      field,
      formatTime,
    ).values.filter(({ value }) => value !== undefined),
  }))
}

function kindOf({ kind }: ReferenceLeaf): string {
  return kind === 'literal' ? 'boolean' : kind
}

/** Long values are counted and not shown. */
function isShort({ value }: { readonly value: string }): boolean {
  const margins = value.startsWith('"') ? 2 : 0
  return Buffer.byteLength(value) - margins <= defaultSettings.fieldValueBytesMax
}

function differenceOf<Item>(
  found: readonly Item[],
  wanted: readonly unknown[],
): string | undefined {
  if (isDeepStrictEqual(found, wanted)) return undefined
  const at = wanted.findIndex((each, i) => !isDeepStrictEqual(found[i], each))
  const [one, other] = at < 0 ? [found[wanted.length], undefined] : [found[at], wanted[at]]
  const told = (item: unknown) => JSON.stringify(item)?.slice(0, 500)
  return `${found.length} of ${wanted.length}: found ${told(one)}, expected ${told(other)}`
}
