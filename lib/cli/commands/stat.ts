import type { Command } from 'commander'
import type { ArchiveStat } from '../../archive.ts'
import { formatTime } from '../../core/time.ts'
import { showBytes, showCount, showCounted } from '../render/figures.ts'
import { showPairs } from '../render/table.ts'
import { timesIn } from '../render/zoned-time.ts'
import { run } from '../run.ts'

export function addStat(program: Command): void {
  program
    .command('stat')
    .description('show what the archive holds and how much it takes')
    .action((_options: object, self: Command) =>
      run(self, async session => {
        const archive = await session.openArchive('read')
        const stat = await archive.stat()
        const { storeUrl } = session
        await session.output.write(
          session.isHuman ? showStat(storeUrl, stat) : asLine(storeUrl, stat),
        )
        return stat.tail.events + stat.sealed.events > 0 ? 0 : 1
      }),
    )
}

function asLine(store: string, { firstMicros, lastMicros, ...stat }: ArchiveStat): string {
  const first = firstMicros === undefined ? null : formatTime(firstMicros)
  const last = lastMicros === undefined ? null : formatTime(lastMicros)
  return `${JSON.stringify({ store, ...stat, first, last })}\n`
}

function showStat(store: string, stat: ArchiveStat): string {
  const { tail, sealed, catalog, firstMicros, lastMicros } = stat
  const showTime = timesIn()
  const events = tail.events + sealed.events
  const ratio =
    sealed.bytes === 0 ? '' : `, ${(sealed.rawBytes / sealed.bytes).toFixed(1)} times smaller`
  const rows = [
    ['store', store],
    ['events', showCount(events)],
    ...(firstMicros === undefined || lastMicros === undefined
      ? []
      : [['time', `${showTime(firstMicros)} to ${showTime(lastMicros)}`]]),
    [
      'tail',
      `${showCounted(tail.events, 'event')} in ${showCounted(tail.objects, 'object')}, ${showBytes(tail.bytes)}`,
    ],
    [
      'sealed',
      `${showCounted(sealed.events, 'event')} in ${showCounted(sealed.buckets, 'bucket')} of ` +
        `${showCounted(sealed.runs, 'run')}, ${showBytes(sealed.bytes)}${ratio}`,
    ],
    [
      'catalog',
      `generation ${catalog.generation}, ${showBytes(catalog.bytes)}, ${showCounted(catalog.claims, 'claim')}`,
    ],
  ]
  return showPairs(rows)
}
