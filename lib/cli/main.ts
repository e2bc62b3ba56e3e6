import { Command, CommanderError } from 'commander'
import { ArchiveError } from '../core/errors.ts'
import { addAppend } from './commands/append.ts'
import { addAttest } from './commands/attest.ts'
import { addBackup } from './commands/backup.ts'
import { addBrigade } from './commands/brigade.ts'
import { addContext } from './commands/context.ts'
import { addCost } from './commands/cost.ts'
import { addCount } from './commands/count.ts'
import { addDoctor } from './commands/doctor.ts'
import { addErase } from './commands/erase.ts'
import { addExport } from './commands/export.ts'
import { addFields } from './commands/fields.ts'
import { addHistogram } from './commands/histogram.ts'
import { addHold } from './commands/hold.ts'
import { addHours } from './commands/hours.ts'
import { addImport } from './commands/import.ts'
import { addKey } from './commands/key.ts'
import { addPolicies } from './commands/policies.ts'
import { addPrune } from './commands/prune.ts'
import { addRead } from './commands/read.ts'
import { addRebuild } from './commands/rebuild.ts'
import { addRestore } from './commands/restore.ts'
import { addSearch } from './commands/search.ts'
import { addServe } from './commands/serve.ts'
import { addStat } from './commands/stat.ts'
import { addStreams } from './commands/streams.ts'
import { addTail } from './commands/tail.ts'
import { addTerms } from './commands/terms.ts'
import { addValues } from './commands/values.ts'
import { addVerify } from './commands/verify.ts'
import { addGlobalOptions } from './options.ts'
import { problemObject, showProblem } from './render/problem.ts'

const program = new Command('varve')
  .description('A serverless event archive on object storage')
  .configureHelp({ showGlobalOptions: true })
  .configureOutput({ outputError: (text, write) => write(usageProblem(text)) })
  .exitOverride()
addGlobalOptions(program)

addServe(program)
addImport(program)
addAppend(program)
addRead(program)
addSearch(program)
addCount(program)
addHistogram(program)
addValues(program)
addTerms(program)
addFields(program)
addHours(program)
addStreams(program)
addContext(program)
addTail(program)
addExport(program)
addBrigade(program)
addErase(program)
addHold(program)
addBackup(program)
addRestore(program)
addRebuild(program)
addPolicies(program)
addPrune(program)
addStat(program)
addDoctor(program)
addKey(program)
addVerify(program)
addAttest(program)
addCost(program)

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  process.exitCode = error.exitCode === 0 ? 0 : 2
}

/** A wrong command line in the voice of every other error, with a way out of the commonest. */
function usageProblem(text: string): string {
  const [detail = '', suggestion] = text
    .replace(/^error: /, '')
    .trimEnd()
    .split('\n')
  const query = /unknown option '(-[^-'][^']*)'/.exec(detail)?.[1]
  const hint = query
    ? `a query that begins with a minus goes after --: -- '${query}'`
    : (suggestion ?? 'see varve help')
  const error = new ArchiveError('invalid', detail, { details: [{ detail, hint }] })
  const asJson = process.argv.includes('--json')
  return asJson ? `${JSON.stringify(problemObject(error))}\n` : showProblem(error)
}
