import { openArchive } from '../lib/archive.ts'
import { type Corpus, fill } from './corpus.ts'
import type { Figure } from './figure.ts'

const wanted = 50

/** T1: the latest 50 events of an active stream, with nothing in memory and right after. */
export async function measureTimeline(corpora: readonly Corpus[]): Promise<Figure[]> {
  const corpus = corpora[0]!
  const { archive, store } = await fill(corpus, 20)
  await archive.brigadeOnce()
  await archive.append({
    ...corpus.appends[0]!,
    lines: firstLines(corpus.appends[0]!.lines),
    stream: activeStream(corpus),
  })
  const reader = await openArchive({ store })
  const cold = await ask(reader, activeStream(corpus))
  const warm = await ask(reader, activeStream(corpus))
  return [
    {
      id: 'T1',
      figure: 'timeline, latest 50, warm: requests',
      value: warm.requests,
      unit: 'count',
      target: 3,
    },
    {
      id: 'T1',
      figure: 'timeline, latest 50, warm: rounds',
      value: warm.rounds,
      unit: 'rounds',
      target: 2,
    },
    {
      id: 'T1',
      figure: 'timeline, latest 50, cold: requests',
      value: cold.requests,
      unit: 'count',
      target: 5,
    },
    {
      id: 'T1',
      figure: 'timeline, latest 50, cold: rounds',
      value: cold.rounds,
      unit: 'rounds',
      target: 4,
      peers: { turbopuffer: '2-4' },
    },
  ]
}

function activeStream(corpus: Corpus): string {
  return `copy-7/${corpus.appends[0]!.stream}`
}

function firstLines(lines: Buffer): Buffer {
  return Buffer.from(lines.toString('utf8').split('\n').slice(0, 10).join('\n'))
}

async function ask(reader: Awaited<ReturnType<typeof openArchive>>, stream: string) {
  const hits = reader.search({ stream, limit: wanted })
  let found = 0
  for await (const _ of hits) found++
  if (found !== wanted) throw new Error(`the timeline has ${found} events, expected ${wanted}`)
  const { requests, rounds } = hits.end().receipt
  return { requests: requests.get + requests.list, rounds }
}
