import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../lib/core/clock.ts'
import { systemRandom } from '../../lib/core/random.ts'
import { openStore } from '../../lib/store/open-store.ts'
import { apiAccess } from '../corpora/api-access.ts'
import { addressOf } from '../corpora/chance.ts'
import type { Figure } from '../figure.ts'
import { type FilledArchive, fillArchive } from '../filled-archive.ts'
import {
  type AddressQuestion,
  type Answer,
  type Place,
  programPeer,
  quoted,
  sizeOf,
} from '../peers/peer.ts'
import { peers } from '../peers/peers.ts'
import { checkRecall, expectedLines } from '../recall.ts'

/** From here on the naive scan must cost this many times what we read. */
const fullScaleBytes = 1e9
const timesCheaper = 100
const seed = 1

/**
 * The two questions of access logs, time + addresses → events and address → all times, put to us
 * and to every peer that is installed, each in a process of its own. All must find the same number
 * of events as a scan of the generated lines.
 */
export async function measureAccessQuestions(wantedBytes: number): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'varve-bench-'))
  try {
    const place = { raw: join(folder, 'events.ndjson'), archive: join(folder, 'archive'), folder }
    const options = { seed, sizeBytes: wantedBytes }
    const rawBytes = writeRaw(place.raw, options)
    const outside = { clock: systemClock, random: systemRandom }
    mkdirSync(place.archive)
    const start = performance.now()
    const store = await openStore(`file:${place.archive}`, outside)
    const filled = await fillArchive(apiAccess, options, store)
    const seconds = (performance.now() - start) / 1000
    const load = { diskBytes: sizeOf(place.archive), seconds }
    return [...figuresOf(filled, place, load, rawBytes)]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

interface Load {
  readonly diskBytes: number
  readonly seconds: number
}

function* figuresOf(
  filled: FilledArchive,
  place: Place,
  load: Load,
  rawBytes: number,
): Generator<Figure> {
  const ours = programPeer('varve', `${process.execPath} ${quoted(programPath)}`, '')
  const loads = new Map(peers.map(peer => [peer.name, peer.load?.(place)]))
  for (const { name, question } of questionsFor(filled.eventCount)) {
    const expected = expectedCount(filled, question)
    const answer = checked(name, ours.ask(place, question)!, expected)
    const isFull = rawBytes >= fullScaleBytes
    yield {
      id: 'B1',
      figure: `${name}: bytes of a naive scan / bytes read`,
      value: rawBytes / answer.readBytes,
      unit: '×',
      ...(isFull && { target: timesCheaper, atLeast: true }),
      peers: { events: answer.found, ...told(answer, load) },
    }
    for (const peer of peers) {
      const theirs = peer.ask(place, question)
      if (!theirs) continue
      checked(`${name}, ${peer.name}`, theirs, expected)
      yield {
        id: 'B1',
        figure: `  ${peer.name}`,
        value: rawBytes / theirs.readBytes,
        unit: '×',
        peers: told(theirs, loads.get(peer.name) ?? { diskBytes: rawBytes, seconds: 0 }),
      }
    }
  }
}

const programPath = join(import.meta.dirname, '../peers/varve-peer.ts')

function questionsFor(eventCount: number) {
  // Of so many events, an address of this rank has about a dozen: see the weights in `zipf`.
  const rareRank = Math.round((eventCount / (26 * 12)) ** (1 / 0.9))
  return [
    {
      name: 'an hour and two addresses → events',
      question: {
        addresses: [addressOf(3), addressOf(11)],
        span: { start: '2026-03-03T14:00:00.000000Z', end: '2026-03-03T15:00:00.000000Z' },
      },
    },
    { name: 'a rare address → all its times', question: { addresses: [addressOf(rareRank)] } },
  ]
}

function checked(name: string, answer: Answer, expected: number): Answer {
  checkRecall(name, answer.found, expected)
  return answer
}

function expectedCount(filled: FilledArchive, { addresses, span }: AddressQuestion): number {
  const lines = addresses.flatMap(address =>
    expectedLines(filled, {
      text: `"ip":"${address}"`,
      matches: event => {
        const time = String(event['@time'])
        return !span || (time >= span.start && time < span.end)
      },
    }),
  )
  return lines.length
}

function told(answer: Answer, load: Load): Record<string, string> {
  const megabytes = (bytes: number) => `${(bytes / 1e6).toPrecision(3)} MB`
  return {
    read: megabytes(answer.readBytes),
    time: `${answer.seconds.toFixed(2)} s`,
    memory: megabytes(answer.peakBytes),
    disk: megabytes(load.diskBytes),
    load: `${load.seconds.toFixed(0)} s`,
  }
}

function writeRaw(path: string, options: Parameters<typeof apiAccess.blocks>[0]): number {
  const file = openSync(path, 'w')
  let rawBytes = 0
  for (const { lines } of apiAccess.blocks(options)) {
    writeSync(file, lines)
    rawBytes += lines.length
  }
  closeSync(file)
  return rawBytes
}
