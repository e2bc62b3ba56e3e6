import { type Command, Option } from 'commander'
import type { PolicyStanding } from '../../archive.ts'
import { ArchiveError } from '../../core/errors.ts'
import type { Policy } from '../../core/policy.ts'
import { formOfPolicy, layouts, type PolicyForm, policyOfForm } from '../../core/policy-form.ts'
import { policiesIn } from '../policy-file.ts'
import { showTable } from '../render/table.ts'
import { timesIn } from '../render/zoned-time.ts'
import { run } from '../run.ts'
import type { Session } from '../session.ts'

export function addPolicies(program: Command): void {
  const policies = program
    .command('policies')
    .description('show or change how streams are kept: retention, sizes, periods')
    .action((_options: object, self: Command) => run(self, list))
  addSet(policies)
  policies
    .command('remove')
    .description('remove a policy: its streams fall to the next that matches')
    .argument('<pattern>')
    .action((pattern: string, _options: object, self: Command) =>
      run(self, session => change(session, known => without(known, pattern))),
    )
}

function addSet(policies: Command): void {
  policies
    .command('set')
    .description('set one policy by its pattern, or all of them from a file')
    .argument('[file]', 'all policies, in order: a JSON array, or a policy a line')
    .option('--pattern <glob>', 'the streams it is for: audit/**, user/*')
    .addOption(new Option('--layout <name>', 'sizes to begin with').choices(Object.keys(layouts)))
    .option('--retention <span>', 'how long events are kept: 7y, 90d, 12h or forever')
    .option('--bucket-size <size>', 'sealed buckets grow to this: 64MiB')
    .option('--frame-size <size>', 'bytes of lines that are read at once: 2MiB')
    .option('--period <span>', 'no bucket spans more than this once there is enough: 1h')
    .option('--parity', 'buckets heal themselves, for about one frame in 32')
    .option('--no-parity', 'they do not')
    .action((file: string | undefined, given: Partial<PolicyForm>, self: Command) =>
      run(self, async session => {
        if ((file === undefined) === (given.pattern === undefined)) {
          throw new ArchiveError('invalid', 'expected either a file or --pattern')
        }
        if (file === undefined) return change(session, known => withOne(known, given))
        const all = await policiesIn(file)
        return change(session, () => all)
      }),
    )
}

async function list(session: Session): Promise<0 | 1> {
  const archive = await session.openArchive('read')
  const standings = await archive.policies()
  if (session.isHuman && standings.length > 0) await session.output.write(table(session, standings))
  if (!session.isHuman) await session.output.write(standings.map(asLine).join(''))
  await session.output.flush()
  const rest = 'streams that no policy matches are kept for ever'
  const hasRest = !standings.some(({ policy }) => policy.pattern === '**')
  if (hasRest) session.note(standings.length > 0 ? rest : `no policies: ${rest}`)
  return standings.length > 0 ? 0 : 1
}

async function change(
  session: Session,
  make: (known: readonly Policy[]) => readonly Policy[],
): Promise<0> {
  const archive = await session.openArchive('write')
  const policies = await archive.changePolicies(make)
  await list(session)
  if (policies.some(({ retentionMicros }) => retentionMicros !== undefined)) {
    session.note('varve prune --dry-run shows what their retention takes')
  }
  return 0
}

/** A policy with a new pattern goes before all others, one for every stream behind them. */
function withOne(known: readonly Policy[], form: Partial<PolicyForm>): readonly Policy[] {
  const old = known.find(({ pattern }) => pattern === form.pattern)
  const made = policyOfForm(form, old)
  if (old) return known.map(each => (each === old ? made : each))
  return made.pattern === '**' ? [...known, made] : [made, ...known]
}

function without(known: readonly Policy[], pattern: string): readonly Policy[] {
  const left = known.filter(each => each.pattern !== pattern)
  if (left.length < known.length) return left
  const patterns = known.map(each => each.pattern).join(', ') || 'none'
  throw new ArchiveError('missing', `no policy is for ${pattern}; there are: ${patterns}`)
}

/** As `set` takes it back. */
function asLine({ policy }: PolicyStanding): string {
  return `${JSON.stringify(formOfPolicy(policy))}\n`
}

function table({ paint }: Session, standings: readonly PolicyStanding[]): string {
  const showTime = timesIn()
  return showTable(
    [
      { title: 'pattern' },
      { title: 'retention', align: 'right' },
      { title: 'bucket', align: 'right' },
      { title: 'frame', align: 'right' },
      { title: 'period', align: 'right' },
      { title: 'parity' },
      { title: 'pruned before' },
    ],
    standings.map(({ policy, prunedBeforeMicros }) => {
      const { pattern, retention, bucketSize, frameSize, period, parity } = formOfPolicy(policy)
      const pruned = prunedBeforeMicros > 0 ? showTime(prunedBeforeMicros) : 'nothing'
      const guard = parity ? 'yes' : 'no'
      return [pattern, retention ?? 'forever', bucketSize, frameSize, period, guard, pruned]
    }),
    title => paint('dim', title),
  )
}
