import { Member } from '../../lib/brigade/member.ts'
import { referencedKeys } from '../../lib/catalog/references.ts'
import { ArchiveError } from '../../lib/core/errors.ts'
import { seededRandom } from '../../lib/core/random.ts'
import { createReader } from '../../lib/read/reader.ts'
import { outputPrefixes } from '../../lib/store/keys.ts'
import type { SealedBatch } from '../../lib/write/batch.ts'
import { putBatch } from '../../lib/write/put-batch.ts'
import { type FaultRates, faultKinds } from './faults.ts'
import { answerFaults, Scene } from './protocol/scene.ts'
import { World } from './world.ts'

/** What one seed's history came to. */
export interface HistoryReport {
  readonly seed: number
  /** Promises that were broken; empty when all is well. */
  readonly broken: readonly string[]
  readonly calls: number
  readonly traceHash: string
  readonly acked: number
  readonly reads: number
  /** Parts of roll-ups, as far as members lived to tell. */
  readonly rolledUp: number
}

const batchesPerWriter = 4
const attemptsPerBatch = 3
const roundsPerMember = 4
const readsPerReader = 5

/**
 * One history of the real engine on the simulated store: writers that retry, members of the brigade
 * and readers meet every fault at rates of the seed's choice; then the faults stop, and what was
 * acknowledged must be there once, the tail must drain and no orphan remain.
 */
export async function playHistory(seed: number): Promise<HistoryReport> {
  const history = new History(seed)
  await history.play()
  const { scene, broken } = history
  const { trace } = scene.world
  const traceHash = scene.world.traceHash()
  scene.world.stop()
  return {
    seed,
    broken,
    calls: trace.length,
    traceHash,
    acked: scene.acked.size,
    reads: history.reads,
    rolledUp: history.rolledUp,
  }
}

class History {
  readonly scene: Scene
  readonly broken: string[] = []
  reads = 0
  rolledUp = 0
  /** Seen by a read that was over: every later read must see it too. */
  readonly #seen = new Set<string>()
  readonly #faults: FaultRates
  readonly #random: ReturnType<typeof seededRandom>
  #lives = 0

  constructor(seed: number) {
    this.#random = seededRandom(seed)
    this.#faults = this.#chooseFaults()
    const world = new World({ seed, pageSize: 2 + this.#below(4) })
    const settings = {
      recentMax: this.#below(6),
      claimStaleMillis: 50,
      compactRunsMin: 2,
      // Without compaction the runs of an hour are rolled up as they are.
      compactRunsMax: this.#below(2) === 0 ? 1 : 64,
      rollupPartsMin: 2,
      manifestBucketsMax: 1 + this.#below(3),
    }
    this.scene = new Scene(settings, world)
  }

  async play(): Promise<void> {
    await this.scene.narrowPeriods()
    this.scene.world.setFaults(this.#faults)
    const people = [0, 1, 2].map(i => this.#live('writer', name => this.#write(name, `w${i}`)))
    for (let i = 0; i < 2; i++) people.push(this.#live('member', name => this.#tidy(name)))
    for (let i = 0; i < 2; i++) people.push(this.#live('reader', name => this.#readOften(name)))
    await Promise.all(people)
    await this.#comeToRest()
  }

  #below(end: number): number {
    return Math.floor(this.#random.next() * end)
  }

  /** In one of some hours of four days in two months, all of them over: so they are rolled up. */
  #eventMicros(): number {
    return Date.UTC(2026, this.#below(2), 1 + this.#below(2), this.#below(2)) * 1000
  }

  /** Each seed has some of the faults, some rarely, some often. */
  #chooseFaults(): FaultRates {
    const chosen = faultKinds.filter(() => this.#random.next() < 0.3)
    return Object.fromEntries(chosen.map(kind => [kind, this.#random.next() * 0.08]))
  }

  /** Work that starts again, as another process, when the one that does it crashes. */
  async #live(role: string, work: (name: string) => Promise<void>): Promise<void> {
    for (let life = 0; life < 6; life++) {
      const name = `${role}-${++this.#lives}`
      const crashed = this.scene.world.crashed(name).then(() => 'crashed')
      if ((await Promise.race([work(name), crashed])) !== 'crashed') return
    }
  }

  readonly #unknown = new Map<string, SealedBatch>()

  async #write(process: string, writer: string): Promise<void> {
    for (let i = 0; i < batchesPerWriter; i++) {
      const name = `${writer}-${i}`
      if (this.scene.acked.has(name)) continue
      const batch = this.#unknown.get(name) ?? this.scene.batch(name, name, this.#eventMicros())
      this.#unknown.set(name, batch)
      for (let attempt = 0; attempt < attemptsPerBatch; attempt++) {
        if (await this.#attempt(() => putBatch(this.scene.place(process), batch))) {
          this.scene.acked.add(name)
          break
        }
      }
    }
  }

  async #tidy(name: string): Promise<void> {
    const member = new Member(this.scene.place(name))
    for (let round = 0; round < roundsPerMember; round++)
      await this.#attempt(() => this.#once(member))
  }

  async #once(member: Member): Promise<void> {
    this.rolledUp += (await member.once()).rolledUpParts
  }

  async #readOften(name: string): Promise<void> {
    const reader = createReader(this.scene.place(name))
    for (let i = 0; i < readsPerReader; i++) await this.#attempt(() => this.#read(reader))
  }

  async #read(reader: ReturnType<typeof createReader>): Promise<void> {
    const expected = new Set([...this.scene.acked, ...this.#seen])
    const names: string[] = []
    const hits = reader.search({})
    for await (const hit of hits) names.push(JSON.parse(hit.line.toString()).name)
    this.reads++
    // An answer may miss what it says it misses, nothing else.
    const isWhole = hits.end().damage.length === 0
    this.broken.push(...answerFaults(names, isWhole ? expected : new Set()))
    for (const name of names) this.#seen.add(name)
  }

  /** True when it worked; an outage is an error the engine may throw, anything else is a bug. */
  async #attempt(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work()
      return true
    } catch (fault) {
      if (!(fault instanceof ArchiveError)) throw fault
      return false
    }
  }

  async #comeToRest(): Promise<void> {
    const { scene } = this
    scene.world.setFaults({})
    scene.world.advance(60_000)
    const member = new Member(scene.place('last'))
    for (let round = 0; round < 3; round++) await this.#once(member)
    await this.#read(createReader(scene.place('last')))
    this.broken.push(...(await scene.brokenPromises()))
    const left = scene.world.keys('tail/')
    if (left.length > 0) this.broken.push(`${left.length} tail objects were not folded`)
    const catalog = scene.catalog()
    const outputs = outputPrefixes.flatMap(prefix => scene.world.keys(prefix))
    const referenced = await referencedKeys(scene.place('last').store, catalog)
    if (outputs.length > referenced.size) this.broken.push('orphans remain')
  }
}
