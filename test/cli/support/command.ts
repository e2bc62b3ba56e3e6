import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../../lib/cli/main.ts', import.meta.url))
/** A command that hangs is killed, so that its test fails and not the whole run. */
const lifeMillisMax = 60_000

export interface Ended {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** Resolves with the first match in what it has written so far and will write. */
  said(pattern: RegExp): Promise<RegExpExecArray>
}

/** A folder that is gone after the test. */
export async function temporaryFolder(t: {
  after(clean: () => Promise<void>): void
}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'varve-cli-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Starts the command in the folder, whose default archive is `varve-data`. */
export function start(folder: string, words: readonly string[]): Running {
  const child = spawn(process.execPath, [main, ...words], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, TZ: 'UTC' },
    timeout: lifeMillisMax,
    killSignal: 'SIGKILL',
  })
  const written = { stdout: '', stderr: '' }
  child.stdin.on('error', () => {})
  child.stdout.on('data', chunk => {
    written.stdout += chunk
  })
  child.stderr.on('data', chunk => {
    written.stderr += chunk
  })
  const ended = once(child, 'close').then(([exitCode]) => ({ exitCode, ...written }))
  const said = async (pattern: RegExp) => {
    for (;;) {
      const match = pattern.exec(written.stdout) ?? pattern.exec(written.stderr)
      if (match) return match
      const news = [once(child.stdout, 'data'), once(child.stderr, 'data')]
      const isOver = await Promise.race([...news.map(each => each.then(() => false)), ended])
      if (isOver) throw new Error(`ended without saying ${pattern}: ${JSON.stringify(written)}`)
    }
  }
  return { child, ended, said }
}

/** Runs the command to its end, with this text on its standard input. */
export function varve(folder: string, words: readonly string[], input = ''): Promise<Ended> {
  const { child, ended } = start(folder, words)
  child.stdin?.end(input)
  return ended
}
