import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { systemClock } from '../../lib/core/clock.ts'

const startMillisMax = 30_000

/** Where `moto_server` is: in the folder that MOTO_SERVER names (or its `bin`), or on PATH. */
export function findMoto(): string | undefined {
  const given = process.env.MOTO_SERVER
  const folders = given ? [given, join(given, 'bin')] : (process.env.PATH ?? '').split(delimiter)
  return folders.map(folder => join(folder, 'moto_server')).find(isExecutable)
}

/** Starts a stand-in for S3 on a free port of this machine, with one S3 bucket. */
export async function startMoto(
  command: string,
  bucket: string,
): Promise<{ readonly endpoint: string; stop(): Promise<void> }> {
  const port = await freePort()
  const server = spawn(command, ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' })
  const endpoint = `http://127.0.0.1:${port}`
  const endMicros = systemClock.nowMicros() + startMillisMax * 1000
  while (!(await isMade(`${endpoint}/${bucket}`))) {
    if (server.exitCode !== null || systemClock.nowMicros() > endMicros) {
      await stopped(server)
      throw new Error(`${command} did not start`)
    }
    await systemClock.sleep(100)
  }
  return { endpoint, stop: () => stopped(server) }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

async function isMade(url: string): Promise<boolean> {
  const answer = await fetch(url, { method: 'PUT' }).catch(() => undefined)
  await answer?.arrayBuffer()
  return answer?.ok ?? false
}

function freePort(): Promise<number> {
  return new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}

async function stopped(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return
  const exit = new Promise(resolve => server.once('exit', resolve))
  server.kill('SIGKILL')
  await exit
}
