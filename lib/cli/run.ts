import type { Command } from 'commander'
import { problemObject, showProblem } from './render/problem.ts'
import { type GlobalOptions, Session } from './session.ts'

/** Found or done, nothing found, an error; an interrupted command ends as shells expect it. */
export type ExitCode = 0 | 1 | 2 | 130

/**
 * Runs one command from start to exit status: the first SIGINT or SIGTERM interrupts it, a second
 * ends the process, a reader that went away ends it quietly, an error is shown on standard error.
 */
export async function run(
  command: Command,
  work: (session: Session) => Promise<ExitCode>,
  options: Pick<GlobalOptions, 'forPeople'> = {},
): Promise<void> {
  const session = new Session({ ...command.optsWithGlobals<GlobalOptions>(), ...options })
  const interrupt = () => {
    if (session.interrupted) process.exit(130)
    session.interrupt()
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  try {
    process.exitCode = await exitCodeOf(session, work)
  } finally {
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', interrupt)
    process.stdin.destroy()
  }
}

async function exitCodeOf(
  session: Session,
  work: (session: Session) => Promise<ExitCode>,
): Promise<ExitCode> {
  try {
    const code = await work(session)
    await session.close()
    return session.output.closed ? 0 : code
  } catch (error) {
    if (session.output.closed) return 0
    if (session.interrupted) return 130
    session.warn(
      session.json
        ? JSON.stringify(problemObject(error))
        : showProblem(error, session.query).trimEnd(),
    )
    return 2
  }
}
