import type { Clock } from '../../../lib/core/clock.ts'
import { type Random, seededRandom } from '../../../lib/core/random.ts'
import { ObjectTable } from '../../../lib/store/object-table.ts'
import type { Store } from '../../../lib/store/store.ts'
import type { Call } from '../faults.ts'
import { SimulatedStore } from '../simulated-store.ts'

type Request = Omit<Call, 'number' | 'process'>

/** A request that waits for its turn. */
interface Pending {
  /** The same request in every replay of the same beginning: whose it is, and its number there. */
  readonly name: string
  readonly process: string
  readonly request: Request
  /** Does what was asked and answers. */
  readonly go: () => void
}

/** Processes that run at once; each is a piece of the engine. */
export type Processes = Readonly<Record<string, (at: Place) => Promise<unknown>>>

export interface Place {
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
}

/** What was tried: whole histories, and beginnings left early as others had shown their like. */
export interface Explored {
  histories: number
  readonly broken: string[]
}

const requestsMax = 300

/**
 * Every order in which the requests of some processes can take effect, on the real code. Orders
 * that differ only in neighbours that do not touch each other are one: of them one is played
 * (sleep sets). `judge` looks at what each leaves behind.
 */
export async function exploreAll(
  objects: ReadonlyMap<string, Buffer>,
  processes: Processes,
  judge: (table: ObjectTable, results: ReadonlyMap<string, unknown>) => Promise<string[]>,
  historiesMax: number,
): Promise<Explored> {
  const explored: Explored = { histories: 0, broken: [] }
  /** Choices of the history to play next, with what is still to be tried at each. */
  const path: Branch[] = []
  do {
    const played = await play(objects, processes, path)
    if (!played) continue
    explored.histories++
    for (const fault of await judge(played.table, played.results))
      explored.broken.push(`${path.map(({ chosen }) => chosen.name).join(' ')}: ${fault}`)
    if (explored.histories > historiesMax) throw new Error(`more than ${historiesMax} histories`)
  } while (explored.broken.length === 0 && turn(path))
  return explored
}

/** One point of a history at which somebody goes on. */
interface Branch {
  chosen: Choice
  /** Others that can go on here and were not tried yet. */
  readonly left: Choice[]
  /** What need not go on from here: its like was seen with it before the chosen one. */
  readonly asleep: Choice[]
}

type Choice = Omit<Pending, 'go'>

interface Played {
  readonly table: ObjectTable
  readonly results: ReadonlyMap<string, unknown>
}

/** Follows the path, then goes on to the end; `undefined`: all that could go on is asleep. */
async function play(
  objects: ReadonlyMap<string, Buffer>,
  processes: Processes,
  path: Branch[],
): Promise<Played | undefined> {
  const run = new Run(objects, processes)
  for (let depth = 0; ; depth++) {
    await run.comeToRest()
    if (depth > requestsMax) throw new Error(`a history of more than ${requestsMax} requests`)
    if (depth === path.length) {
      const asleep = asleepAfter(path.at(-1))
      const [chosen, ...left] = run.pending.filter(each => !asleep.some(isNamed(each.name)))
      if (!chosen && run.pending.length > 0) return undefined
      if (!chosen) return { table: run.table, results: run.results }
      path.push({ chosen, left, asleep: [...asleep] })
    }
    run.take(path[depth]!.chosen.name)
  }
}

/** Goes back to the last point at which something is left to try. False: there is none. */
function turn(path: Branch[]): boolean {
  for (;;) {
    const last = path.at(-1)
    if (!last) return false
    const next = last.left.shift()
    if (next) {
      last.asleep.push(last.chosen)
      last.chosen = next
      return true
    }
    path.pop()
  }
}

/** What still sleeps after a choice: all that does not touch what was chosen. */
function asleepAfter(branch: Branch | undefined): Choice[] {
  if (!branch) return []
  return branch.asleep.filter(each => !touch(each, branch.chosen))
}

function isNamed(name: string): (choice: Choice) => boolean {
  return choice => choice.name === name
}

/** Whether the order of two requests can matter. */
function touch(a: Choice, b: Choice): boolean {
  // What a process asks next may depend on which of its answers came first.
  return a.process === b.process || affects(a.request, b.request) || affects(b.request, a.request)
}

function affects(writer: Request, other: Request): boolean {
  if (writer.kind === 'get' || writer.kind === 'getIfChanged' || writer.kind === 'list')
    return false
  if (other.kind === 'list') return writer.keys.some(key => key.startsWith(other.key))
  return writer.keys.some(key => other.keys.includes(key))
}

/** Processes that go on only when they are told to. */
class Run {
  readonly table = new ObjectTable()
  readonly pending: Pending[] = []
  readonly results = new Map<string, unknown>()

  constructor(objects: ReadonlyMap<string, Buffer>, processes: Processes) {
    for (const [key, bytes] of objects) this.table.put(key, bytes, preparedMicros)
    for (const [name, work] of Object.entries(processes)) this.#start(name, work)
  }

  /** All promises that could go on have gone on when the event loop comes round. */
  comeToRest(): Promise<void> {
    return new Promise(resolve => {
      setImmediate(resolve)
    })
  }

  take(name: string): void {
    const position = this.pending.findIndex(isNamed(name))
    if (position < 0) throw new Error(`${name} does not come again: the code is not repeatable`)
    this.pending.splice(position, 1)[0]!.go()
  }

  #start(name: string, work: (place: Place) => Promise<unknown>): void {
    let count = 0
    const send = <Answer>(request: Request, apply: () => Answer) =>
      new Promise<Answer>(resolve => {
        const go = () => resolve(apply())
        this.pending.push({ name: `${name}.${++count}`, process: name, request, go })
      })
    const objects = { table: this.table, pageSize: 1000, nowMicros: () => startMicros }
    const store = new SimulatedStore(objects, send)
    const random = seededRandom(
      [...name].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7),
    )
    // Whoever waits for time to pass has waited.
    const clock = { nowMicros: () => startMicros, sleep: async () => {} }
    work({ store, clock, random }).then(
      result => this.results.set(name, result),
      fault => this.results.set(name, fault),
    )
  }
}

/** 2026-12-30T00:00:00Z, some time after the world of a scene began. */
const startMicros = 1_798_588_800_000_000
/** When what is there at the beginning landed: before it could be late. */
const preparedMicros = 0
