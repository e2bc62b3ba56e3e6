/**
 * Runs one bomb against the engine in this process and prints what became of it, and how large the
 * process grew: `node bombed.ts NAME`.
 */
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { createApp } from '../../lib/api/app.ts'
import { openArchive } from '../../lib/archive.ts'
import { systemClock } from '../../lib/core/clock.ts'
import { defaultSettings } from '../../lib/core/settings.ts'
import { requireQuery } from '../../lib/query/parse-query.ts'
import { MemoryStore } from '../../lib/store/memory-store.ts'
import { readAll } from '../import/read-all.ts'

const MiB = 2 ** 20
const zeros = Buffer.alloc(MiB)
const archive = await openArchive({ store: new MemoryStore(systemClock) })
const app = createApp({ archive, settings: defaultSettings, clock: systemClock })

/** A body that is never held in one piece. */
function endless(chunk: Uint8Array<ArrayBuffer>, count: number): ReadableStream<Uint8Array> {
  let left = count
  return new ReadableStream({
    pull(controller) {
      if (left-- > 0) controller.enqueue(chunk)
      else controller.close()
    },
  })
}

async function append(body: ReadableStream | Buffer, encoding = 'identity'): Promise<unknown> {
  const response = await app.request('http://archive/v1/events', {
    method: 'POST',
    body: body as BodyInit,
    headers: { 'Content-Type': 'application/x-ndjson', 'Content-Encoding': encoding },
    duplex: 'half',
  } as RequestInit)
  const { status } = response
  const { code, accepted, rejected } = (await response.json()) as Record<string, unknown>
  return { status, code, accepted, rejected }
}

async function imported(chunk: Buffer, count: number): Promise<unknown> {
  const { events, rejected, faults } = await readAll('f', Array(count).fill(chunk))
  return { events: events.length, rejected, faults: faults.length }
}

function refused(query: string): unknown {
  try {
    return requireQuery(query).kind
  } catch (error) {
    return (error as { code: string }).code
  }
}

const bombs: Readonly<Record<string, () => unknown>> = {
  'one line of a gigabyte': () => append(endless(Uint8Array.from(zeros), 1024)),
  'a gigabyte of zeros in gzip': () => append(gzipSync(Buffer.alloc(1024 * MiB)), 'gzip'),
  'a gigabyte of zeros in zstd': () =>
    append(Buffer.concat(Array(1024).fill(zstdCompressSync(zeros))), 'zstd'),
  'a million streams': () =>
    append(Buffer.from(Array.from({ length: 1e6 }, (_, i) => `{"@stream":"s/${i}"}\n`).join(''))),
  'a hundred thousand levels': () =>
    append(Buffer.from(`{"@stream":"s","d":${'['.repeat(1e5)}${']'.repeat(1e5)}}`)),
  'events of a million fields': async () => {
    const lines = Array.from({ length: 20 }, (_, n) => {
      const fields = Array.from({ length: 50_000 }, (_, i) => `"f${n}_${i}":${i}`)
      return `{"@stream":"s",${fields.join(',')}}\n`
    })
    const answer = await append(Buffer.from(lines.join('')))
    await archive.brigadeOnce()
    const { count } = await archive.count({ query: 'f7_4711:4711' })
    return { ...(answer as object), found: count }
  },
  'a gigabyte of one line to import': () => imported(zeros.fill('x'), 1024),
  'a gigabyte in a file of zstd in gzip': () => {
    const inner = Buffer.concat(Array(1024).fill(zstdCompressSync(zeros.fill('x'))))
    return imported(gzipSync(inner), 1)
  },
  'queries without end': () =>
    [
      '('.repeat(1e6),
      'a '.repeat(1e6),
      `f:/${'(a*)*'.repeat(300)}/`,
      `f:/${'(x{1,99}){1,99}'.repeat(9)}/`,
      'NOT '.repeat(1000),
    ].map(refused),
}

const name = process.argv[2]!
const outcome = await bombs[name]!()
console.log(JSON.stringify({ outcome, megabytes: process.resourceUsage().maxRSS / 1024 }))
