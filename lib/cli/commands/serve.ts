import { type Command, InvalidArgumentError } from 'commander'
import { holdersOf } from '../../access/key-list.ts'
import type { LocalServer } from '../../api/local-server.ts'
import type { Archive, BrigadeReport } from '../../archive.ts'
import { ArchiveError } from '../../core/errors.ts'
import { whenAborted } from '../abort.ts'
import { keysIn } from '../key-file.ts'
import { run } from '../run.ts'
import type { Session } from '../session.ts'
import { describeReport } from './brigade.ts'

interface ServeOptions {
  readonly port: number
  readonly host: string
  readonly brigade: boolean
  readonly demo?: boolean
  readonly once?: boolean
  readonly keys?: string
}

export function addServe(program: Command): void {
  program
    .command('serve')
    .description('API, console and brigade in one process')
    .option('--port <port>', '0: any free one', asPort, 7070)
    .option(
      '--host <host>',
      'address to listen on; beyond this machine anyone may read',
      '127.0.0.1',
    )
    .option('--no-brigade', 'leave the tidying up to others')
    .option('--keys <file>', 'serve only who gives an API key of this file (`varve key`)')
    .option('--demo', 'begin with a small real log and three questions about it')
    .option('--once', 'end as soon as everything is up and the questions are answered')
    .action((options: ServeOptions, self: Command) =>
      run(self, session => serve(session, options), { forPeople: true }),
    )
}

async function serve(session: Session, options: ServeOptions): Promise<0> {
  const { startServer } = await import('../../api/local-server.ts')
  const { host, port } = options
  const opened = await session.openStoredArchive('write')
  const { archive } = opened
  const holderOf = options.keys === undefined ? undefined : await holdersIn(options.keys)
  const outside = { clock: session.clock, ...(holderOf && { holderOf }) }
  const server = await startServer({ archive, host, port, ...outside })
  try {
    await session.output.write(`varve: ${session.storeUrl} at ${server.url}\n`)
    if (options.demo) {
      const { showDemo } = await import('../demo.ts')
      await showDemo(session, opened, options.once ?? false)
    }
    if (!options.once) await stayUp(session, server, options.brigade ? archive : undefined)
  } finally {
    await server.close()
  }
  return 0
}

async function holdersIn(file: string) {
  const entries = await keysIn(file)
  if (entries) return holdersOf(entries)
  throw new ArchiveError('missing', `there is no file ${file}; \`varve key\` makes one`)
}

/** Until the session is interrupted, with a member of the brigade at work beside the server. */
async function stayUp(session: Session, server: LocalServer, brigade?: Archive): Promise<void> {
  session.note('varve: Ctrl-C ends it')
  const report = (done: BrigadeReport) => session.note(`varve: brigade: ${describeReport(done)}`)
  const working = brigade?.brigade(session.signal, report)
  // A brigade that cannot go on ends the server: better than a tail that grows unseen.
  await Promise.race([whenAborted(session.signal), working ?? whenAborted(session.signal)])
  await Promise.all([server.close(), working])
}

function asPort(text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port
  throw new InvalidArgumentError('Expected a number from 0 to 65535.')
}
