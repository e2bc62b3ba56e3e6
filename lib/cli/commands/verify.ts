import { type Command, InvalidArgumentError } from 'commander'
import { formatTime } from '../../core/time.ts'
import { type Finding, isFault } from '../../operate/finding.ts'
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
}

export function addVerify(program: Command): void {
  const command = program
    .command('verify')
    .description('read everything, or a part, and name what is damaged, missing or wrong')
    .option('--sample <percent>', 'only so many of all batches and runs, by chance', asPercent)
    .option('--resume <cursor>', 'go on where a verification was ended')
    .option('--since <hash>', 'instead: prove what a hash that attest printed stands for')
  addSpan(command).action((options: VerifyCommandOptions, self: Command) =>
    run(self, async session => {
      if (options.since !== undefined) return await verifyEvidence(session, options.since)
      const archive = await session.openArchive('read')
      const verification = archive.verify(optionsOf(session, options))
      for await (const finding of verification) await show(session, finding)
      const summary = verification.summary()
      if (!session.isHuman) await session.output.write(JSON.stringify(asLine(summary)), '\n')
      await session.output.flush()
      session.note(describe(summary))
      if (summary.cursor !== null) session.warn(`varve: go on with --resume '${summary.cursor}'`)
      if (session.interrupted) return 130
      return summary.faults > 0 ? 1 : 0
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
  repair: 'answers stay right without it and cost more; it can be made anew from its events',
  rebuild: 'put it back from a backup; the buckets it lists are not lost',
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
