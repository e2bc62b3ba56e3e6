import type { Command } from 'commander'
import type { RebuildProgress, RebuildReport } from '../../archive.ts'
import { formOfPolicy } from '../../core/policy-form.ts'
import { policiesIn } from '../policy-file.ts'
import { ProgressNote } from '../progress-note.ts'
import { showCount, showCounted } from '../render/figures.ts'
import { type ExitCode, run } from '../run.ts'
import type { Session } from '../session.ts'

interface RebuildCommandOptions {
  readonly policies?: string
  readonly dryRun?: boolean
  readonly leaveOut?: boolean
}

export function addRebuild(program: Command): void {
  program
    .command('rebuild')
    .description('make a lost catalog and lost indexes anew, from the buckets')
    .option('--policies <file>', 'policies of a new catalog (default: those of the latest job)')
    .option('--dry-run', 'only show what would be made')
    .option('--leave-out', 'go on without buckets that no record tells of')
    .action((options: RebuildCommandOptions, self: Command) =>
      run(self, session => rebuild(session, options)),
    )
}

async function rebuild(
  session: Session,
  { policies, dryRun = false, leaveOut = false }: RebuildCommandOptions,
): Promise<ExitCode> {
  const given = policies === undefined ? {} : { policies: await policiesIn(policies) }
  const archive = await session.openArchive('read')
  const note = new ProgressNote(session)
  const progress = (done: RebuildProgress) => note.show(showProgress(done))
  const { signal } = session
  const report = await archive
    .rebuild({ ...given, dryRun, leaveOut, signal, progress })
    .finally(() => note.end())
  await session.output.write(session.isHuman ? showRebuilt(report, dryRun) : asLine(report))
  await session.output.flush()
  const losses = lossesOf(report)
  for (const loss of losses) session.warn(`varve: ${loss}`)
  if (report.catalog !== 'kept') {
    session.note('what was set since the last fold is lost: see varve policies and varve hold')
  }
  return losses.length > 0 ? 2 : 0
}

function showProgress({ stage, done, total }: RebuildProgress): string {
  const what = stage === 'records' ? 'records read' : 'runs indexed'
  return `${showCount(done)} of ${showCount(total)} ${what}`
}

function showRebuilt(report: RebuildReport, isDry: boolean): string {
  const { catalog, events, runs, buckets, policies, indexedRuns, dissolvedRollups } = report
  const held =
    `${showCounted(events, 'event')}, ${showCounted(runs, 'run')}, ` +
    `${showCounted(buckets, 'bucket')}, ${showCounted(policies.length, 'policy', 'policies')}`
  const lines = [`catalog ${catalog}: ${held}`]
  const would = isDry ? 'would be ' : ''
  if (indexedRuns > 0) lines.push(`${showCounted(indexedRuns, 'run')} ${would}indexed anew`)
  if (dissolvedRollups > 0) {
    lines.push(`${showCounted(dissolvedRollups, 'roll-up')} ${would}dissolved into runs`)
  }
  return `${lines.join('\n')}\n`
}

function asLine({ policies, ...report }: RebuildReport): string {
  return `${JSON.stringify({ ...report, policies: policies.map(formOfPolicy) })}\n`
}

/** What answers lack from now on, or may lack. */
function lossesOf(report: RebuildReport): readonly string[] {
  const { lostBuckets, damagedRecords, leftOut, unreadable } = report
  return [
    ...lostBuckets.map(key => `${key} is gone, its events are lost`),
    ...damagedRecords.map(key => `${key} cannot be read: what it told is not known`),
    ...leftOut.flatMap(({ bucketKeys }) => bucketKeys.map(key => `${key} is left out`)),
    ...unreadable.map(id => `run ${id} cannot be read whole: varve verify names what is damaged`),
  ]
}
