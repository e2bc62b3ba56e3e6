/**
 * `npm run bench:hour -- [--gigabytes 41.7] [--members 2] [--folder DIR] [--keep]`: one hour at
 * 1 TB a day. Lines are generated, appended, folded, compacted and rolled up by processes of their
 * own on an archive in a directory, as fast as they can; then questions are asked. Prints what each
 * of them took.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Report } from './hour/report.ts'
import { sizeOf } from './peers/peer.ts'

const needlesAsked = 5

const { values } = parseArgs({
  options: {
    gigabytes: { type: 'string', default: '41.7' },
    members: { type: 'string', default: '2' },
    folder: { type: 'string', default: tmpdir() },
    keep: { type: 'boolean', default: false },
  },
})
const folder = mkdtempSync(join(values.folder, 'varve-hour-'))
try {
  await runHour(Number(values.gigabytes) * 1e9)
} finally {
  if (!values.keep) rmSync(folder, { recursive: true })
}

async function runHour(sizeBytes: number): Promise<void> {
  const archive = join(folder, 'archive')
  mkdirSync(archive)
  const start = performance.now()
  const generator = begin('generate', [String(sizeBytes)], 'pipe')
  const writer = begin('write', [archive], 'pipe')
  const brigade = Array.from({ length: Number(values.members) }, () =>
    begin('tidy', [archive], 'ignore'),
  )
  generator.stdout!.pipe(writer.stdin!)
  const generated = await reportOf(generator)
  const wrote = await reportOf(writer)
  const writtenSeconds = secondsSince(start)
  for (const member of brigade) member.send('nothing more comes')
  const tidied = await Promise.all(brigade.map(reportOf))
  const wholeSeconds = secondsSince(start)
  const needles = evenly(wrote.needles as readonly string[], needlesAsked)
  const asked = await reportOf(begin('ask', [archive, ...needles], 'ignore'))
  if (asked.eventCount !== generated.eventCount) {
    throw new Error(`counted ${asked.eventCount} of ${generated.eventCount} events`)
  }
  print('hour', {
    rawBytes: generated.rawBytes,
    eventCount: generated.eventCount,
    appendedSeconds: writtenSeconds,
    wholeSeconds,
    indexBytes: sizeOf(join(archive, 'index')),
    bucketBytes: sizeOf(join(archive, 'buckets')),
  })
  print('generator', { ...generated })
  print('writer', { ...wrote, needles: undefined })
  for (const member of tidied) print('member', { ...member })
  for (const answer of asked.answers as Record<string, unknown>[]) print('asked', answer)
}

function begin(name: string, words: readonly string[], io: 'pipe' | 'ignore'): ChildProcess {
  const program = join(import.meta.dirname, `hour/${name}.ts`)
  return fork(program, words, { stdio: [io, io, 'inherit', 'ipc'] })
}

/** What the process says when it is done. Throws when it ends without a word. */
async function reportOf(child: ChildProcess): Promise<Report> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${child.spawnargs.at(2)} ended with ${code} and no report`)
  })
  const [said] = await Promise.race([once(child, 'message'), ended])
  ended.catch(() => undefined)
  return said as Report
}

function evenly(items: readonly string[], count: number): string[] {
  const step = Math.max(1, Math.floor(items.length / count))
  return items.filter((_, i) => i % step === 0).slice(0, count)
}

function secondsSince(start: number): number {
  return (performance.now() - start) / 1000
}

/** One object a line, numbers of three digits that count where they are not whole. */
function print(who: string, facts: Record<string, unknown>): void {
  const shorten = (_: string, value: unknown) =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value
  console.log(JSON.stringify({ who, ...facts }, shorten))
}
