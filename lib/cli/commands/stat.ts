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
  const { tail, sealed, quarantined, catalog, firstMicros, lastMicros } = stat
  const showTime = timesIn()
  const isEmpty = firstMicros === undefined || lastMicros === undefined
  const ratio = (sealed.rawBytes / sealed.bytes).toFixed(1)
  const parts = {
    store: [store],
    events: [showCount(tail.events + sealed.events)],
    time: [isEmpty ? 'none' : `${showTime(firstMicros)} to ${showTime(lastMicros)}`],
    tail: [
      showCounted(tail.events, 'event'),
      showCounted(tail.objects, 'object'),
      showBytes(tail.bytes),
    ],
    sealed: [
      showCounted(sealed.events, 'event'),
      showCounted(sealed.runs, 'run'),
      showCounted(sealed.buckets, 'bucket'),
      ...(sealed.rollups > 0 ? [showCounted(sealed.rollups, 'roll-up')] : []),
      showBytes(sealed.bytes),
      ...(sealed.bytes > 0 ? [`${ratio} times smaller than the events`] : []),
    ],
    ...(quarantined.objects > 0 && {
      aside: [
        `${showCounted(quarantined.events, 'event')} that cannot be read`,
        showCounted(quarantined.objects, 'object'),
        showBytes(quarantined.bytes),
      ],
    }),
    catalog: [
      `generation ${catalog.generation}`,
      showBytes(catalog.bytes),
      showCounted(catalog.claims, 'claim'),
    ],
  }
  return showPairs(Object.entries(parts).map(([name, values]) => [name, values.join(', ')]))
}
