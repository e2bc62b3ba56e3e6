import type { Command } from 'commander'
import type { PruneReport } from '../../archive.ts'
import { spellSpan } from '../../core/measures.ts'
import { formatTime } from '../../core/time.ts'
import { showBytes, showCount } from '../render/figures.ts'
import { showTable } from '../render/table.ts'
import { timesIn } from '../render/zoned-time.ts'
import { run } from '../run.ts'
import type { Session } from '../session.ts'

interface PruneOptions {
  readonly dryRun?: boolean
  readonly yes?: boolean
}

type PolicyPrune = PruneReport['policies'][number]

export function addPrune(program: Command): void {
  program
    .command('prune')
    .description('prune what is past the retention of its policy; the brigade does it, too')
    .option('--dry-run', 'only show what would go')
    .option('--yes', 'also what is unusual: much of a policy at once')
    .action(({ dryRun = false, yes = false }: PruneOptions, self: Command) =>
      run(self, async session => {
        const archive = await session.openArchive(dryRun ? 'read' : 'write')
        const report = await archive.prune({ confirmed: yes, dryRun })
        const { policies, pruned } = report
        await session.output.write(
          session.isHuman ? showPrune(session, report, dryRun) : asLines(report),
        )
        await session.output.flush()
        if (policies.length === 0) session.note('no policy has a retention: see varve policies')
        const left = policies.filter(each => each.unusual.length > 0 && !isDone(report, each))
        for (const { unusual } of left) session.warn(`varve: unusual: ${unusual.join('; ')}`)
        if (left.length > 0) session.note('varve prune --yes does it all the same')
        if (left.length > 0 && !dryRun) return 2
        return pruned.length > 0 || policies.some(loses) ? 0 : 1
      }),
    )
}

function isDone({ pruned }: PruneReport, { horizon }: PolicyPrune): boolean {
  return pruned.includes(horizon.pattern)
}

function loses({ periodCount, batchCount }: PolicyPrune): boolean {
  return periodCount + batchCount > 0
}

function asLines(report: PruneReport): string {
  return report.policies
    .map(each => {
      const { horizon, firstMicros, lastMicros } = each
      const line = {
        pattern: horizon.pattern,
        retention: spellSpan(each.retentionMicros),
        before: formatTime(horizon.beforeMicros),
        pruned: isDone(report, each),
        events: each.eventCount,
        exact: each.isExact,
        of: each.eventsOf,
        periods: each.periodCount,
        buckets: each.bucketCount,
        bytes: each.sizeBytes,
        batches: each.batchCount,
        first: firstMicros === undefined ? null : formatTime(firstMicros),
        last: lastMicros === undefined ? null : formatTime(lastMicros),
        heldBy: each.heldBy,
        unusual: each.unusual,
      }
      return `${JSON.stringify(line)}\n`
    })
    .join('')
}

function showPrune({ paint }: Session, report: PruneReport, isDry: boolean): string {
  if (report.policies.length === 0) return ''
  const showTime = timesIn()
  return showTable(
    [
      { title: 'pattern' },
      { title: 'retention', align: 'right' },
      { title: 'before' },
      { title: 'events', align: 'right' },
      { title: 'periods', align: 'right' },
      { title: 'buckets', align: 'right' },
      { title: 'size', align: 'right' },
      { title: 'batches', align: 'right' },
      { title: 'oldest' },
      { title: isDry ? '' : 'done' },
    ],
    report.policies.map(each => [
      each.horizon.pattern,
      spellSpan(each.retentionMicros),
      showTime(each.horizon.beforeMicros),
      `${each.isExact ? '' : 'about '}${showCount(each.eventCount)}`,
      showCount(each.periodCount),
      showCount(each.bucketCount),
      showBytes(each.sizeBytes),
      showCount(each.batchCount),
      each.firstMicros === undefined ? 'none' : showTime(each.firstMicros),
      each.heldBy.length > 0 ? `held by ${each.heldBy.join(', ')}` : doneText(report, each, isDry),
    ]),
    title => paint('dim', title),
  )
}

function doneText(report: PruneReport, policy: PolicyPrune, isDry: boolean): string {
  if (isDry) return ''
  return isDone(report, policy) ? 'yes' : loses(policy) ? 'no' : 'nothing to do'
}
