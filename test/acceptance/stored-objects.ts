import assert from 'node:assert/strict'
import type { Log } from './log.ts'
import { stock } from './program.ts'
import { assertSameEvents } from './same-events.ts'

/** What stock zstd says of one folder of a directory store. */
export async function assertStockZstdReads(folder: string, eventCount: number): Promise<void> {
  const find = `find "$1" -name '*.zst' -print0`
  const files = await stock(`${find} | tr -cd '\\0' | wc -c`, folder)
  assert.ok(Number(files) > 0, `${folder} holds no objects`)
  assert.equal(await stock(`${find} | xargs -0 zstd -tq`, folder), '')
  const lines = await stock(`${find} | xargs -0 zstd -dcq | wc -l`, folder)
  assert.equal(Number(lines), eventCount)
}

/** Holds when each raw event of the log stands in the folder's objects, byte for byte. */
export async function assertBytesAreKept(
  folder: string,
  log: Log,
  raw: readonly string[],
): Promise<void> {
  const streams = `"@stream":"${log.stream.replace(/\/?\*\*$/, '')}`
  const printed = await stock(
    `find "$1" -name '*.zst' -print0 | xargs -0 zstd -dcq | grep -F -- "$2"`,
    folder,
    streams,
  )
  const lines = printed.split('\n').slice(0, -1)
  if (log.kind === 'text') return assertSameEvents(log, lines, raw, 'zstd')
  const bodies = lines.map(line => `{${line.slice(ours.exec(line)![0].length)}`).sort()
  assert.deepEqual(bodies, [...raw].sort())
}

/** The beginning of a stored line, docs/format.md section 2. */
const ours = /^\{"@time":\d+,"@stream":"[^"]+"(?:,"@id":"(?:[^"\\]|\\.)*")?,/
