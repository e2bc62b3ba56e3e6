import { spawn } from 'node:child_process'
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** How a program ended and what it wrote. */
export interface Ended {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

const main = fileURLToPath(new URL('../../lib/cli/main.ts', import.meta.url))

/** Runs the command in a process of its own, as a user's shell does. */
export function varve(words: readonly string[], input: string | Buffer = ''): Promise<Ended> {
  return ended(startVarve(words), input)
}

export function startVarve(words: readonly string[]) {
  const { PATH, AWS_ENDPOINT_URL_S3, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = process.env
  const s3 = { AWS_ENDPOINT_URL_S3, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY }
  const env = { PATH, TZ: 'UTC', NODE_COMPILE_CACHE: compileCache, ...(AWS_ENDPOINT_URL_S3 && s3) }
  return spawn(process.execPath, [main, ...words], { env })
}

// Of a hundred processes each but the first starts in half the time.
const compileCache = mkdtempSync(join(tmpdir(), 'varve-compiled-'))
process.once('exit', () => rmSync(compileCache, { recursive: true, force: true }))

/** What a pipeline of stock tools prints. That grep finds nothing is no failure. */
export async function stock(pipeline: string, ...places: readonly string[]): Promise<string> {
  const env = { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' }
  const child = spawn('bash', ['--norc', '-o', 'pipefail', '-c', pipeline, 'bash', ...places], {
    env,
  })
  const { exitCode, stdout, stderr } = await ended(child)
  if (stderr !== '' || exitCode === null || exitCode > 1) {
    throw new Error(`${pipeline}: ended with ${exitCode}: ${stderr.slice(0, 500)}`)
  }
  return stdout
}

/** Those of the programs that are not on the PATH. */
export function missingPrograms(...names: readonly string[]): readonly string[] {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return names.filter(name => !folders.some(folder => isExecutable(join(folder, name))))
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

async function ended(child: ReturnType<typeof startVarve>, input: string | Buffer = '') {
  const written = { stdout: [] as Buffer[], stderr: [] as Buffer[] }
  child.stdout.on('data', chunk => written.stdout.push(chunk))
  child.stderr.on('data', chunk => written.stderr.push(chunk))
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  const textOf = (chunks: readonly Buffer[]) => Buffer.concat(chunks).toString()
  return { exitCode, stdout: textOf(written.stdout), stderr: textOf(written.stderr) }
}
