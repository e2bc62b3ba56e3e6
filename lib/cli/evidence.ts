import { formatTime } from '../core/time.ts'
import type { EvidenceReport } from '../operate/evidence.ts'
import type { RecordedChange } from '../operate/evidence-ledger.ts'
import { showBytes, showCount, showCounted } from './render/figures.ts'
import { showPairs } from './render/table.ts'
import { timesIn } from './render/zoned-time.ts'
import type { ExitCode } from './run.ts'
import type { Session } from './session.ts'

/** Proves what a hash that `varve attest` printed stands for; 1: it is not proven. */
export async function verifyEvidence(session: Session, hash: string): Promise<ExitCode> {
  const archive = await session.openArchive('read')
  const report = await archive.verifySince(hash, session.signal)
  await session.output.write(session.isHuman ? showEvidence(report) : asLine(report))
  return report.verdict === 'proven' ? 0 : 1
}

function asLine({ mark, recorded, ...report }: EvidenceReport): string {
  const line = {
    ...report,
    mark: mark ? withTime(mark) : null,
    recorded: recorded.map(withTime),
  }
  return `${JSON.stringify(line)}\n`
}

function withTime<T extends { readonly micros: number }>({ micros, ...rest }: T): object {
  return { ...rest, time: formatTime(micros) }
}

const verdicts: { readonly [Verdict in EvidenceReport['verdict']]: string } = {
  proven: 'proven: nothing older was changed or dropped but as recorded',
  broken: 'broken: something older was changed or dropped without a record',
  unknown: 'unknown: this archive never had the hash, or its history was replaced',
}

function showEvidence(report: EvidenceReport): string {
  const { verdict, mark, broken, recorded, checked, entries, newEvents, merges } = report
  const since = mark
    ? `entry ${showCount(mark.number)} of ${timesIn()(mark.micros)}, generation ${mark.generation}`
    : 'no entry'
  return showPairs([
    ['verdict', verdicts[verdict]],
    ['since', since],
    ...broken.map(fault => ['broken', fault]),
    ...recorded.map(change => ['recorded', showChange(change)]),
    [
      'checked',
      `${showCounted(checked.events, 'event')} in ${showCounted(checked.runs, 'run')}, ` +
        showBytes(checked.bytes),
    ],
    ...(merges > 0 ? [['merged', `${showCounted(merges, 'job')}, proven by counts`]] : []),
    ['new', `${showCounted(newEvents, 'event')}; ${showCounted(entries, 'entry', 'entries')}`],
  ])
}

function showChange({ number, micros, kind, events, erasures }: RecordedChange): string {
  const lost = events > 0 ? `: ${showCounted(events, 'event')} fewer` : ''
  const why = erasures.length > 0 ? ` (erasure ${erasures.join(', ')})` : ''
  return `${timesIn()(micros)} ${kind}${lost}${why}, entry ${number}`
}
