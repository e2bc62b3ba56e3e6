import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A program that ran to its end, and what it took. */
export interface MeasuredRun {
  readonly output: string
  readonly seconds: number
  readonly cpuSeconds: number
  /** Largest resident memory of one process. */
  readonly peakBytes: number
  /** Bytes that all its processes read, from wherever; mapped files do not count. */
  readonly readBytes: number
}

/** Exit status of a shell that misses a tool. `grep` says 1 for nothing found. */
const missing = 127
const script = `
/usr/bin/time -f '%e %U %S %M' -o "$0" bash -o pipefail -c "$1"
status=$?
cat /proc/$$/io >>"$0"
exit $status`

/** Runs a line of shell; `undefined` where a tool of it is missing or does not work. */
export function measuredRun(line: string, environment: object = {}): MeasuredRun | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'varve-peer-'))
  try {
    const path = join(folder, 'measured')
    const ran = spawnSync('bash', ['-c', script, path, line], {
      encoding: 'utf8',
      env: { ...process.env, ...environment },
      maxBuffer: 2 ** 30,
    })
    if (ran.status === missing || ran.status === null || ran.status > 1) return undefined
    const report = readFileSync(path, 'utf8')
    const times = /^([\d.]+) ([\d.]+) ([\d.]+) (\d+)$/m.exec(report)
    const read = /^rchar: (\d+)$/m.exec(report)
    if (!times || !read) return undefined
    const [seconds, user, system, peakKiB] = times.slice(1).map(Number)
    return {
      output: ran.stdout,
      seconds: seconds!,
      cpuSeconds: user! + system!,
      peakBytes: peakKiB! * 1024,
      readBytes: Number(read[1]),
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
