import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Archive } from '../../archive.ts'
import { defaultSettings } from '../../core/settings.ts'
import { formatTime } from '../../core/time.ts'
import { type Finding, isFault } from '../../operate/finding.ts'
import type { RepairReport } from '../../operate/repair.ts'
import type { VerifyOptions, VerifySummary } from '../../operate/verify.ts'
import { verifyEvidence } from '../evidence.ts'
import { addSpan } from '../options.ts'
import { showBytes, showCounted } from '../render/figures.ts'
import { timesIn } from '../render/zoned-time.ts'
import { run } from '../run.ts'
import type { Session } from '../session.ts'

interface VerifyCommandOptions {
  readonly sample?: number
  readonly from?: number
  readonly to?: number
  readonly resume?: string
  readonly since?: string
  readonly repair?: boolean
}

export function addVerify(program: Command): void {
  const command = program
    .command('verify')
    .description('read everything, or a part, and name what is damaged, missing or wrong')
    .option('--sample <percent>', 'only so many of all batches and runs, by chance', asPercent)
    .option('--resume <cursor>', 'go on where a verification was ended')
    .option('--repair', 'make anew of what is broken what can be')
    .addOption(
      new Option(
        '--since <hash>',
        'instead: prove what a hash that attest printed stands for',
      ).conflicts('repair'),
    )
  addSpan(command).action((options: VerifyCommandOptions, self: Command) =>
    run(self, async session => {
      if (options.since !== undefined) return await verifyEvidence(session, options.since)
      const archive = await session.openArchive('read')
      const verification = archive.verify(optionsOf(session, options))
      const findings: Finding[] = []
      for await (const finding of verification) {
        await show(session, finding)
        if (options.repair && findings.length < repairFindingsMax) findings.push(finding)
      }
      const summary = verification.summary()
      const isWanted = findings.length > 0 && !session.interrupted
      const repaired = isWanted ? await repair(session, archive, findings) : undefined
      if (!session.isHuman) await session.output.write(JSON.stringify(asLine(summary)), '\n')
      await session.output.flush()
      session.note(describe(summary))
      if (repaired) session.note(describeRepair(repaired))
      if (summary.cursor !== null) session.warn(`varve: go on with --resume '${summary.cursor}'`)
      if (session.interrupted) return 130
      if (findings.length === repairFindingsMax) session.warn('varve: there is more to repair')
      return (repaired ? repaired.left.length : summary.faults) > 0 ? 1 : 0
    }),
  )
}

function optionsOf(session: Session, options: VerifyCommandOptions): VerifyOptions {
  const { sample, from, to, resume } = options
  return {
    signal: session.signal,
    ...(sample !== undefined && { share: sample / 100 }),
    ...(from !== undefined && { startMicros: from }),
    ...(to !== undefined && { endMicros: to }),
    ...(resume !== undefined && { cursor: resume }),
  }
}

const { repairFindingsMax } = defaultSettings

/** Each part that was made anew, then what was not. */
async function repair(
  session: Session,
  archive: Archive,
  findings: readonly Finding[],
): Promise<RepairReport> {
  const report = await archive.repair(findings, session.signal)
  const { paint, isHuman, output } = session
  const say = async (name: string, what: string, why: string, json: object) => {
    const head = `${paint(name === 'left' ? 'red' : 'green', name)}  ${what}`
    await output.write(isHuman ? `${head}\n  ${why}` : JSON.stringify({ [name]: json }), '\n')
  }
  for (const done of report.repaired) await say('repaired', done.id, done.what, done)
  for (const left of report.left) await say('left', left.object, left.reason, left)
  return report
}

function describeRepair({ repaired, left }: RepairReport): string {
  const rest = left.length > 0 ? `, ${showCounted(left.length, 'fault')} left` : ''
  return `${showCounted(repaired.length, 'part')} repaired${rest}`
}

async function show(session: Session, finding: Finding): Promise<void> {
  const line = session.isHuman ? asText(session, finding) : JSON.stringify(withTimes(finding))
  await session.output.write(line, '\n')
}

function withTimes({ startMicros, endMicros, ...finding }: Finding): object {
  return {
    ...finding,
    ...(startMicros !== undefined && { start: formatTime(startMicros) }),
    ...(endMicros !== undefined && { end: formatTime(endMicros) }),
  }
}

function asLine(summary: VerifySummary): object {
  return { summary }
}

const advice: { readonly [Name in Finding['remedy']]: string } = {
  repair: '`varve verify --repair` makes it anew',
  rebuild: '`varve rebuild` without catalog makes it anew; a backup has it as it was',
  brigade: 'the next `varve brigade` sees to it',
  none: '',
}

function asText({ paint }: Session, finding: Finding): string {
  const { kind, object, startByte, endByte, reason, remedy } = finding
  const bytes = startByte === undefined ? '' : ` bytes ${startByte}-${endByte}`
  const head = `${paint(isFault(finding) ? 'red' : 'yellow', kind)}  ${object}${bytes}`
  return [head, `  ${reason}`, lost(finding), advice[remedy] && `  ${advice[remedy]}`]
    .filter(Boolean)
    .join('\n')
}

/** What answers lack. */
function lost({ eventCount, streams, startMicros, endMicros }: Finding): string {
  if (eventCount === undefined || startMicros === undefined || endMicros === undefined) return ''
  const showTime = timesIn()
  return (
    `  answers lack up to ${showCounted(eventCount, 'event')} ` +
    `of ${streams?.join(', ') || 'unknown streams'} ` +
    `between ${showTime(startMicros)} and ${showTime(endMicros)}`
  )
}

function describe({ complete, faults, notes, objects, bytes, events }: VerifySummary): string {
  const found = faults + notes === 0 ? 'nothing found' : showCounted(faults, 'fault')
  const noted = notes > 0 ? `, ${showCounted(notes, 'note')}` : ''
  const read = `${showCounted(events, 'event')} in ${showCounted(objects, 'object')} read`
  return `${found}${noted} · ${read}, ${showBytes(bytes)}${complete ? '' : ' · not complete'}`
}

function asPercent(text: string): number {
  const percent = Number(text.replace(/%$/, ''))
  if (percent > 0 && percent <= 100) return percent
  throw new InvalidArgumentError('Expected a percentage above 0 up to 100, such as 5%.')
}
