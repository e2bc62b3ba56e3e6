import { type Command, InvalidArgumentError, Option } from 'commander'
import { parseSize, parseSpan, sizeForm, spanForm } from '../../core/measures.ts'
import { archiveBill, type BillLine } from '../../operate/cost/archive-bill.ts'
import {
  type LogKind,
  measuredLogs,
  measuredQuestions,
  type QuestionKind,
} from '../../operate/cost/measured.ts'
import { peerBills } from '../../operate/cost/peer-bills.ts'
import { checkWorkload, type Workload } from '../../operate/cost/workload.ts'
import { type ColdClass, coldClasses } from '../../store/prices.ts'
import { showCount, showDollars } from '../render/figures.ts'
import { showTable } from '../render/table.ts'
import { run } from '../run.ts'
import type { Session } from '../session.ts'

interface CostOptions {
  readonly eventsPerSecond: number
  readonly eventBytes: number
  readonly years: number
  readonly queriesPerDay: Workload['questionsPerDay']
  readonly logs: LogKind
  readonly writers: number
  readonly flush: number
  readonly batchBytes: number
  readonly direct?: boolean
  readonly coldClass?: ColdClass
  readonly coldAfter: number
}

const monthYears = 1 / 12

export function addCost(program: Command): void {
  const logs = new Option('--logs <kind>', 'whose measured sizes to take')
  const coldClass = new Option('--cold-class <class>', 'where a lifecycle rule moves buckets')
  program
    .command('cost')
    .description('reckon what an archive would cost a month on AWS, and what others would')
    .requiredOption('--events-per-second <count>', 'mean of a day', asNumber)
    .requiredOption('--event-bytes <size>', 'mean size of an event, as 350 or 2kB', asBytes)
    .requiredOption('--years <count>', 'how long events are kept', asNumber)
    .option('--queries-per-day <counts>', 'KIND=COUNT,…, or the count of id', asQuestions, {})
    .addOption(logs.choices(Object.keys(measuredLogs)).default('api'))
    .option('--writers <count>', 'that append at the same time', asNumber, 1)
    .option('--flush <span>', 'a writer sends what it has this often', asSeconds, 60)
    .option('--batch-bytes <size>', 'or as soon as it has so much', asBytes, 1_000_000)
    .option('--direct', 'writers use the library, not the HTTP API')
    .addOption(coldClass.choices(Object.keys(coldClasses)))
    .option('--cold-after <span>', 'how old buckets are when they are moved', asDays, 90)
    .action((options: CostOptions, self: Command) =>
      run(self, async session => {
        const workload = workloadOf(options)
        checkWorkload(workload)
        await session.output.write(
          session.isHuman ? showCost(session, workload) : asLines(workload),
        )
        return 0
      }),
    )
}

function workloadOf(options: CostOptions): Workload {
  const { coldClass, coldAfter } = options
  return {
    ...options,
    questionsPerDay: options.queriesPerDay,
    flushSeconds: options.flush,
    isDirect: options.direct ?? false,
    ...(coldClass && { cold: { storageClass: coldClass, afterDays: coldAfter } }),
  }
}

interface Row extends BillLine {
  readonly first: number
}

/** Lines with what they are after a month and in the end, and their sum. */
function archiveRows(workload: Workload): Row[] {
  const firstYears = Math.min(monthYears, workload.years)
  const first = archiveBill(workload, firstYears)
  const rows = archiveBill(workload, workload.years).map(({ what, dollars }) => ({
    what,
    first: first.find(line => line.what === what)?.dollars ?? 0,
    dollars,
  }))
  const total = { what: 'total', first: sumOf(first), dollars: sumOf(rows) }
  return [...rows, total]
}

function sumOf(lines: readonly BillLine[]): number {
  return lines.reduce((sum, line) => sum + line.dollars, 0)
}

function asLines(workload: Workload): string {
  const own = archiveRows(workload).map(({ what, first, dollars }) => ({
    of: 'Varve',
    what,
    firstMonthDollars: rounded(first),
    monthDollars: rounded(dollars),
  }))
  const others = peerBills(workload).flatMap(({ name, lines, leftOut }) =>
    [...lines, { what: 'total', dollars: sumOf(lines) }].map(({ what, dollars }) => ({
      of: name,
      what,
      monthDollars: rounded(dollars),
      leftOut,
    })),
  )
  return [...own, ...others].map(line => `${JSON.stringify(line)}\n`).join('')
}

function showCost({ paint }: Session, workload: Workload): string {
  const last = `month ${Math.max(1, Math.round(workload.years * 12))}`
  const bold = (text: string) => paint('bold', text)
  const own = showTable(
    [{ title: 'Varve' }, { title: 'month 1', align: 'right' }, { title: last, align: 'right' }],
    archiveRows(workload)
      .filter(({ first, dollars }) => first !== 0 || dollars !== 0)
      .map(({ what, first, dollars }) => [what, showMonthly(first), showMonthly(dollars)]),
    bold,
  )
  const names = ['ingest', 'storage', 'questions']
  const others = showTable(
    [
      { title: `beside, ${last}` },
      ...[...names, 'total'].map(title => ({ title, align: 'right' as const })),
      { title: 'left out' },
    ],
    peerBills(workload).map(({ name, lines, leftOut }) => [
      name,
      ...lines.map(({ dollars }) => showMonthly(dollars)),
      showMonthly(sumOf(lines)),
      leftOut,
    ]),
    bold,
  )
  return `${own}\n${others}`
}

function showMonthly(dollars: number): string {
  return dollars < 100 ? showDollars(dollars) : `$${showCount(Math.round(dollars))}`
}

/** No figure here is known better. */
function rounded(dollars: number): number {
  return Number(dollars.toPrecision(6))
}

/** `1000`, or `timeline=5000,id=100`. */
function asQuestions(text: string): Workload['questionsPerDay'] {
  if (/^\d/.test(text)) return { id: asNumber(text) }
  const pairs = text.split(',').map(pair => {
    const [kind = '', count = ''] = pair.split('=')
    if (Object.hasOwn(measuredQuestions, kind)) return [kind as QuestionKind, asNumber(count)]
    const kinds = Object.keys(measuredQuestions).join(', ')
    throw new InvalidArgumentError(`Expected a count, or KIND=COUNT of ${kinds}.`)
  })
  return Object.fromEntries(pairs)
}

function asNumber(text: string): number {
  if (!/^\d{1,12}(\.\d{1,6})?$/.test(text) || Number(text) === 0) {
    throw new InvalidArgumentError('Expected a number above 0.')
  }
  return Number(text)
}

function asBytes(text: string): number {
  const bytes = /^\d+$/.test(text) ? Number(text) : parseSize(text)
  if (!bytes) throw new InvalidArgumentError(`Expected bytes, or ${sizeForm}.`)
  return bytes
}

function asSeconds(text: string): number {
  const micros = parseSpan(text)
  if (!micros) throw new InvalidArgumentError(`Expected ${spanForm}.`)
  return micros / 1e6
}

function asDays(text: string): number {
  return asSeconds(text) / 86_400
}
