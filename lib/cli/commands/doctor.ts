import type { Command } from 'commander'
import type { Check } from '../doctor/judge.ts'
import { demandFolder } from '../open.ts'
import { run } from '../run.ts'
import type { Session } from '../session.ts'

const nameWidth = 7
const styles = { ok: 'green', warn: 'yellow', fail: 'red' } as const

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('check this machine, the store and the archive')
    .action((_options: object, self: Command) =>
      run(self, async session => {
        await demandFolder(session.storeUrl)
        const { examine } = await import('../doctor/examine.ts')
        let hasFailed = false
        for await (const check of examine(session)) {
          hasFailed ||= check.state === 'fail'
          await session.output.write(
            session.isHuman ? showCheck(session, check) : JSON.stringify(check),
            '\n',
          )
        }
        return hasFailed ? 2 : 0
      }),
    )
}

function showCheck({ paint }: Session, { name, state, found, advice }: Check): string {
  const line = `${paint(styles[state], state.padEnd(4))}  ${name.padEnd(nameWidth)}  ${found}`
  return advice ? `${line}\n${' '.repeat(nameWidth + 8)}${advice}` : line
}
