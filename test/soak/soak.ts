import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../../lib/core/clock.ts'
import { seededRandom } from '../../lib/core/random.ts'
import { faultsOfRead } from './check.ts'
import { ackedNames, readLog } from './log.ts'
import { openSoaked } from './open.ts'

export interface SoakReport {
  readonly acked: number
  readonly stored: number
  readonly reads: number
  readonly kills: number
  readonly faults: readonly string[]
  /** What processes said before they ended by themselves. */
  readonly crashes: readonly string[]
}

export interface SoakOptions {
  readonly url: string
  /** An empty directory for logs. */
  readonly directory: string
  readonly seconds: number
  readonly writers: number
  readonly members: number
  readonly readers: number
  readonly seed: number
}

/**
 * Lets processes write, fold and read one archive while they are killed at random, and tells what
 * was lost, doubled or wrongly read.
 */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const crew = new Crew(options)
  const kills = await crew.work()
  const archive = await openSoaked(options.url)
  await systemClock.sleep(3_100)
  await archive.brigadeOnce()
  const { logs, report } = crew
  const acked = readdirSync(logs).flatMap(file => ackedNames(file, readLog(join(logs, file))))
  const { faults, eventCount } = await faultsOfRead(archive, acked)
  const lines = existsSync(report) ? readFileSync(report, 'utf8').split('\n') : []
  const seen = lines.filter(line => line.startsWith('fault'))
  const reads = lines.filter(line => line.startsWith('read')).length
  const crashes = crew.crashes
  return {
    acked: acked.length,
    stored: eventCount,
    reads,
    kills,
    faults: [...seen, ...faults],
    crashes,
  }
}

class Crew {
  readonly logs: string
  readonly report: string
  readonly crashes: string[] = []
  readonly #options: SoakOptions
  readonly #processes: ChildProcess[] = []
  #isOver = false

  constructor(options: SoakOptions) {
    this.#options = options
    this.logs = join(options.directory, 'logs')
    this.report = join(options.directory, 'report')
    mkdirSync(this.logs, { recursive: true })
  }

  /** Resolves when the time is over and everybody is dead; how many were killed on the way. */
  async work(): Promise<number> {
    const { writers, members, readers, seconds, seed } = this.#options
    for (let i = 0; i < writers; i++) this.#start('writer', join(this.logs, `w${i}`), `w${i}`)
    for (let i = 0; i < members; i++) this.#start('member')
    for (let i = 0; i < readers; i++) this.#start('reader', this.logs, this.report)
    const random = seededRandom(seed)
    const endMicros = systemClock.nowMicros() + seconds * 1e6
    let kills = 0
    for (; systemClock.nowMicros() < endMicros; kills++) {
      await systemClock.sleep(200 + random.next() * 600)
      this.#processes[Math.floor(random.next() * this.#processes.length)]!.kill('SIGKILL')
    }
    this.#isOver = true
    for (const each of this.#processes) each.kill('SIGKILL')
    return kills
  }

  #start(role: string, ...args: string[]): void {
    const script = join(import.meta.dirname, `${role}.ts`)
    const place = this.#processes.length
    const begin = () => {
      const child = spawn(process.execPath, [script, this.#options.url, ...args], {
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      let said = ''
      child.stderr.on('data', chunk => {
        said += chunk
      })
      child.on('exit', (status, signal) => {
        if (this.#isOver) return
        if (signal !== 'SIGKILL') this.crashes.push(`${role} ended with ${status}: ${said}`)
        begin()
      })
      this.#processes[place] = child
    }
    begin()
  }
}
