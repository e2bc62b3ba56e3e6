import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../../lib/cli/main.ts', import.meta.url))

export interface Ended {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
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
export function start(folder: string, words: readonly string[]): ChildProcess {
  return spawn(process.execPath, [main, ...words], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, TZ: 'UTC' },
  })
}

/** Runs the command to its end, with this text on its standard input. */
export async function varve(
  folder: string,
  words: readonly string[],
  input: string | Buffer = '',
): Promise<Ended> {
  const child = start(folder, words)
  child.stdin?.on('error', () => {})
  child.stdin?.end(input)
  return ended(child)
}

export async function ended(child: ChildProcess): Promise<Ended> {
  const written = { stdout: '', stderr: '' }
  child.stdout?.on('data', chunk => {
    written.stdout += chunk
  })
  child.stderr?.on('data', chunk => {
    written.stderr += chunk
  })
  const exitCode = await new Promise<number | null>(resolve => child.on('close', resolve))
  return { exitCode, ...written }
}

/** Resolves with the first match in what the stream says, rejects when it ends without one. */
export function said(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let text = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', chunk => {
        text += chunk
        const match = pattern.exec(text)
        if (match) resolve(match)
      })
    }
    child.on('close', () => reject(new Error(`ended without saying ${pattern}: ${text}`)))
  })
}
