import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../../lib/core/clock.ts'
import { seededRandom } from '../../lib/core/random.ts'
import { gaveUpStatus } from './give-up.ts'

const firstSignsSeconds = 120

export interface CrewOptions {
  /** Of the archive; its backup lies at the same with `-backup`, what is restored beside it. */
  readonly url: string
  /** An empty directory for logs. */
  readonly directory: string
  readonly seconds: number
  readonly writers: number
  readonly members: number
  readonly readers: number
  readonly seed: number
}

/** Processes that work on one archive and are killed at random. */
export class Crew {
  /** A log for each writer. */
  readonly logs: string
  /** What readers saw. */
  readonly report: string
  /** The eraser's log. */
  readonly erasures: string
  /** Which backups came to stand. */
  readonly notes: string
  readonly crashes: string[] = []
  /** How many gave up because the store did not answer in time: as good as killed. */
  gaveUp = 0
  readonly #options: CrewOptions
  readonly #processes: ChildProcess[] = []
  #isOver = false

  constructor(options: CrewOptions) {
    this.#options = options
    this.logs = join(options.directory, 'logs')
    this.report = join(options.directory, 'report')
    this.erasures = join(options.directory, 'erasures')
    this.notes = join(options.directory, 'backups')
    mkdirSync(this.logs, { recursive: true })
  }

  /** Resolves when the time is over and everybody is dead; how many were killed on the way. */
  async work(): Promise<number> {
    const { url, writers, members, readers, seconds, seed } = this.#options
    for (let i = 0; i < writers; i++) this.#start('writer', join(this.logs, `w${i}`), `w${i}`)
    for (let i = 0; i < members; i++) this.#start('member')
    for (let i = 0; i < readers; i++) {
      this.#start('reader', this.logs, this.erasures, this.report)
    }
    this.#start('backup', `${url}-backup`, this.logs, this.erasures, this.notes)
    this.#start('eraser', this.logs, this.erasures)
    await this.#firstSigns()
    const random = seededRandom(seed)
    const endMicros = systemClock.nowMicros() + seconds * 1e6
    let kills = 0
    for (; systemClock.nowMicros() < endMicros; kills++) {
      await systemClock.sleep(200 + random.next() * 600)
      this.#processes[Math.floor(random.next() * this.#processes.length)]!.kill('SIGKILL')
    }
    this.#isOver = true
    await Promise.all(this.#processes.map(stopped))
    return kills
  }

  /** Everybody has done something: from now on a slow machine is no excuse. */
  async #firstSigns(): Promise<void> {
    const endMicros = systemClock.nowMicros() + firstSignsSeconds * 1e6
    const isThere = (file: string) => existsSync(file) && statSync(file).size > 0
    while (systemClock.nowMicros() < endMicros) {
      if ([this.report, this.erasures, this.notes].every(isThere)) return
      await systemClock.sleep(200)
    }
    this.crashes.push(`nothing was read, erased or backed up within ${firstSignsSeconds} s`)
  }

  #start(role: string, ...args: string[]): void {
    const script = join(import.meta.dirname, `${role}.ts`)
    const place = this.#processes.length
    const begin = () => {
      const child = spawn(process.execPath, [script, this.#options.url, ...args], {
        stdio: ['ignore', 'ignore', 'pipe'],
        // They start often, and their time is better spent at work.
        env: { NODE_COMPILE_CACHE: join(this.#options.directory, 'compiled'), ...process.env },
      })
      let said = ''
      child.stderr.on('data', chunk => {
        said += chunk
      })
      child.on('exit', (status, signal) => {
        if (this.#isOver) return
        if (status === gaveUpStatus) this.gaveUp++
        else if (signal !== 'SIGKILL') this.crashes.push(`${role} ended with ${status}: ${said}`)
        begin()
      })
      this.#processes[place] = child
    }
    begin()
  }
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = new Promise(resolve => child.once('exit', resolve))
  child.kill('SIGKILL')
  await exit
}
