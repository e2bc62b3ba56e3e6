import assert from 'node:assert/strict'
import type { Log } from './log.ts'

/** The raw events that stock tools printed. */
export function rawEvents(log: Log, printed: string): readonly string[] {
  return printed.split(log.separator).slice(0, -1)
}

/**
 * Holds when the archive's lines are these raw events, each as often: for text its message is the
 * raw text itself, for JSON everything but what the archive adds is equal to what jq printed.
 */
export function assertSameEvents(
  log: Log,
  lines: readonly string[],
  raw: readonly string[],
  who: string,
): void {
  const found = lines.map(log.kind === 'text' ? messageOf : withoutOurs).sort()
  const expected = (log.kind === 'text' ? [...raw] : raw.map(canonical)).sort()
  if (found.length === expected.length && found.every((each, i) => each === expected[i])) return
  const missing = less(expected, found)
  const surplus = less(found, expected)
  assert.fail(
    `${who} gave ${found.length} events, stock tools ${expected.length}; ` +
      `${missing.length} missing, such as ${shown(missing)}; ` +
      `${surplus.length} too many, such as ${shown(surplus)}`,
  )
}

function messageOf(line: string): string {
  return JSON.parse(line).message
}

function withoutOurs(line: string): string {
  const { '@time': _time, '@stream': _stream, '@id': _id, ...own } = JSON.parse(line)
  return JSON.stringify(own)
}

function canonical(json: string): string {
  return JSON.stringify(JSON.parse(json))
}

/** The first multiset without the second. */
function less(all: readonly string[], others: readonly string[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const each of others) counts.set(each, (counts.get(each) ?? 0) + 1)
  return all.filter(each => {
    const left = counts.get(each) ?? 0
    counts.set(each, left - 1)
    return left <= 0
  })
}

function shown(events: readonly string[]): string {
  return events
    .slice(0, 2)
    .map(each => each.slice(0, 300))
    .join(' | ')
}
