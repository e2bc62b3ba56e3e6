import { compressFrame } from '../../lib/bytes/zstd.ts'
import type { Figure } from '../figure.ts'
import { cpuSeconds } from '../measure.ts'
import { fill, type RealLog } from '../real-logs.ts'

const frameBytes = 2 ** 20
const rounds = 5

/** CPU seconds for one log, the least of several rounds, and the bytes they were spent on. */
interface Work {
  readonly name: string
  readonly bytes: number
  readonly acknowledge: number
  readonly tidy: number
  readonly zstd: number
}

/**
 * I1 and I2: CPU to acknowledge, and of the whole life so far (acknowledge, fold, seal), over the
 * CPU of `zstd -3` on the same bytes, in turn in one process. The bytes are the JSON lines that are
 * appended: what an importer spends on making them of a log file is no part of it.
 */
export async function measureIngest(
  logs: readonly RealLog[],
  wantedBytes: number,
): Promise<Figure[]> {
  const works: Work[] = []
  for (const log of logs) works.push(await measureOne(log, wantedBytes / logs.length))
  const sum = (part: (work: Work) => number) => works.reduce((all, each) => all + part(each), 0)
  const life = (work: Work) => work.acknowledge + work.tidy
  const rate = (part: (work: Work) => number) =>
    Math.round(sum(each => each.bytes) / sum(part) / 1e6)
  return [
    {
      id: 'I1',
      figure: 'CPU to acknowledge / zstd -3',
      value: sum(each => each.acknowledge) / sum(each => each.zstd),
      unit: '×',
      target: 2,
      peers: {
        ...eachOf(works, work => (work.acknowledge / work.zstd).toFixed(1)),
        'here MB/s': rate(each => each.acknowledge),
        'zstd MB/s': rate(each => each.zstd),
      },
    },
    {
      id: 'I2',
      figure: 'CPU of acknowledge + fold + seal / zstd -3',
      value: sum(life) / sum(each => each.zstd),
      unit: '×',
      target: 5,
      peers: eachOf(works, work => (life(work) / work.zstd).toFixed(1)),
    },
    {
      id: 'I2',
      figure: 'raw bytes a core-second',
      value: rate(life),
      unit: 'MB/s',
      target: 50,
      atLeast: true,
      peers: { Quickwit: 7.5, VictoriaLogs: 8.5 },
    },
  ]
}

async function measureOne(log: RealLog, wantedBytes: number): Promise<Work> {
  const lines = Buffer.concat(log.appends.map(request => request.lines))
  const copies = Math.max(1, Math.round(wantedBytes / lines.length))
  let [acknowledge, tidy, zstd] = [Infinity, Infinity, Infinity]
  for (let round = 0; round < rounds; round++) {
    const filled: { archive?: Awaited<ReturnType<typeof fill>>['archive'] } = {}
    const first = await cpuSeconds(async () => Object.assign(filled, await fill(log, copies)))
    const second = await cpuSeconds(() => filled.archive!.brigadeOnce())
    const third = await cpuSeconds(() => {
      for (let copy = 0; copy < copies; copy++) compressAll(lines)
    })
    acknowledge = Math.min(acknowledge, first)
    tidy = Math.min(tidy, second)
    zstd = Math.min(zstd, third)
  }
  return { name: log.name, bytes: copies * lines.length, acknowledge, tidy, zstd }
}

function eachOf(works: readonly Work[], value: (work: Work) => string): Record<string, string> {
  return Object.fromEntries(works.map(work => [work.name, value(work)]))
}

function compressAll(bytes: Buffer): void {
  for (let start = 0; start < bytes.length; start += frameBytes) {
    compressFrame(bytes.subarray(start, start + frameBytes), 3)
  }
}
