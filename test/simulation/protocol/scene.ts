import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cancelStaleClaims } from '../../../lib/brigade/job.ts'
import { Member } from '../../../lib/brigade/member.ts'
import { LineWalker } from '../../../lib/bucket/line.ts'
import { openBucket, readFrame } from '../../../lib/bucket/reader.ts'
import { loadSegment } from '../../../lib/catalog/absorbed.ts'
import { type Catalog, emptyCatalog } from '../../../lib/catalog/catalog.ts'
import { commit, type Workplace } from '../../../lib/catalog/commit.ts'
import { decodeCatalog } from '../../../lib/catalog/load.ts'
import { loadManifest, type RolledRun } from '../../../lib/catalog/manifest.ts'
import { namedKeys, referencedKeys } from '../../../lib/catalog/references.ts'
import { batchIdAt } from '../../../lib/core/batch-id.ts'
import { logPolicy, type Policy } from '../../../lib/core/policy.ts'
import { type RuleName, without } from '../../../lib/core/rules.ts'
import { type Settings, settingsWith } from '../../../lib/core/settings.ts'
import { catalogKey, ownerOfBucket, parseTailKey } from '../../../lib/store/keys.ts'
import { Batch, type SealedBatch } from '../../../lib/write/batch.ts'
import { EventReader } from '../../../lib/write/event-reader.ts'
import { putBatch } from '../../../lib/write/put-batch.ts'
import { chainFaults } from '../clean.ts'
import type { Call } from '../faults.ts'
import type { Hold } from '../script.ts'
import { World } from '../world.ts'

export const hour = 3_600_000
export const day = 24 * hour

/**
 * Tests of protocol rules on the real code. A scenario plays one history and tells which promises
 * it broke; with the rules it breaks none, without them it breaks one.
 */
export function ruleTest(
  rules: readonly RuleName[],
  what: string,
  scenario: (scene: Scene) => Promise<void>,
  settings?: Partial<Settings>,
): void {
  const play = async () => {
    const scene = new Scene(settings)
    await scenario(scene)
    const broken = await scene.brokenPromises()
    scene.world.stop()
    return broken
  }
  test(`${rules.join(' + ')}: ${what}`, async () => {
    assert.deepEqual(await play(), [])
    assert.notDeepEqual(await without(rules, play), [], 'the history breaks no promise without it')
  })
}

/** A world with an archive in it, and what its writers were told. */
export class Scene {
  readonly world: World
  readonly acked = new Set<string>()
  readonly #broken: string[] = []
  readonly #settings: Settings

  constructor(settings: Partial<Settings> = {}, world = new World()) {
    this.world = world
    this.#settings = settingsWith({
      recentMax: 0,
      chainEntriesMax: 1,
      claimStaleMillis: 0,
      ...settings,
    })
  }

  place(process: string): Workplace {
    const store = this.world.storeFor(process)
    const clock = this.world.clockFor(process)
    return { store, clock, random: this.world.randomFor(process), settings: this.#settings }
  }

  /** A batch of one event named `name`, with an id of now or another; the event is of now too. */
  batch(name: string, idOf = name, timeMicros = this.world.clockFor('w').nowMicros()): SealedBatch {
    const batch = new Batch(this.#settings)
    const reader = new EventReader()
    const bytes = Buffer.from(JSON.stringify({ name }))
    reader.read(bytes, 0, bytes.length)
    batch.add(bytes, 0, bytes.length, reader, timeMicros, 's')
    const millis = Math.floor(this.world.clockFor('w').nowMicros() / 1000)
    return batch.seal(batchIdAt(millis, Buffer.from(idOf.padEnd(10).slice(0, 10))))
  }

  /** Puts the batch and remembers whether it was acknowledged. */
  async put(name: string, batch = this.batch(name)): Promise<void> {
    await putBatch(this.place('w'), batch).then(
      () => this.acked.add(name),
      () => undefined,
    )
  }

  /**
   * One round of another member: what is there is folded, swept and forgotten as far as it may be.
   */
  async brigade(process = 'other'): Promise<void> {
    await new Member(this.place(process)).once()
  }

  /** Makes every hour a period of its own, so that there is something to roll up. */
  async narrowPeriods(
    policies: readonly Policy[] = [{ ...logPolicy, bucketSizeBytes: 1 }],
  ): Promise<void> {
    const landed = (catalog: Catalog) => catalog.policies.length > 0
    const narrow = (catalog: Catalog) => ({ next: { ...catalog, policies }, landed })
    await commit(this.place('operator'), narrow)
  }

  async cancelClaims(): Promise<void> {
    this.world.advance(1)
    await cancelStaleClaims(this.place('canceller'))
  }

  /** Notes a break that the scenario saw itself. */
  expect(kept: boolean, promise: string): void {
    if (!kept) this.#broken.push(promise)
  }

  /** What the archive holds by the letter of the protocol, read without a request. */
  async visible(): Promise<string[]> {
    const catalog = this.catalog()
    const { store } = this.place('observer')
    const runs: RolledRun[] = [...catalog.runs]
    for (const ref of catalog.rollups.flatMap(rollup => rollup.manifests))
      runs.push(...(await loadManifest(store, ref)))
    const sealed = runs.flatMap(run => run.buckets.map(bucket => bucket.key))
    const tail = []
    for (const key of this.world.keys('tail/')) {
      if (!(await this.#isSettled(catalog, parseTailKey(key).identity))) tail.push(key)
    }
    return [...sealed, ...tail].flatMap(key => namesIn(key, this.world.object(key))).sort()
  }

  catalog(): Catalog {
    const bytes = this.world.object(catalogKey)
    return bytes ? decodeCatalog(bytes) : emptyCatalog
  }

  async brokenPromises(): Promise<string[]> {
    const catalog = this.catalog()
    const missing = await this.#missingKey(catalog)
    if (missing) return [...this.#broken, `I8 ${missing} is referenced but gone`]
    const answer = answerFaults(await this.visible(), this.acked)
    return [...this.#broken, ...answer, ...(await chainFaults(this.place('observer'), catalog))]
  }

  /** Of what the catalog refers to; manifests first, which refer to more. */
  async #missingKey(catalog: Catalog): Promise<string | undefined> {
    const isGone = (key: string) => !this.world.object(key)
    const named = [...namedKeys(catalog)].find(isGone)
    if (named) return named
    return [...(await referencedKeys(this.place('observer').store, catalog))].find(isGone)
  }

  async #isSettled(catalog: Catalog, identity: string): Promise<boolean> {
    if (catalog.recent.includes(identity)) return true
    if (catalog.quarantined.some(each => each.identity === identity)) return false
    if (parseIdTime(identity) < catalog.floorMillis) return true
    for (const segment of catalog.absorbed) {
      if ((await loadSegment(this.place('observer').store, segment)).has(identity)) return true
    }
    return false
  }
}

/** What is wrong with an answer that should hold every acknowledged event once. */
export function answerFaults(names: readonly string[], acked: ReadonlySet<string>): string[] {
  const missing = [...acked].filter(name => !names.includes(name))
  const doubled = names.filter((name, i) => names.indexOf(name) !== i)
  return [
    ...missing.map(name => `I1 ${name} is missing`),
    ...doubled.map(name => `I3 ${name} twice`),
  ]
}

/** Whether the call was reached before the work was over. */
export async function reached(hold: Hold, work: Promise<unknown>): Promise<boolean> {
  return await Promise.race([hold.reached.then(() => true), work.then(() => false)])
}

export const isUpload = (call: Call) =>
  call.kind === 'create' && /^(buckets|index|manifests|absorbed|chain)/.test(call.key)
export const isTailPut = (call: Call) => call.kind === 'create' && call.key.startsWith('tail/')
export const isDelete = (call: Call) => call.kind === 'delete'
export const isSwap = (call: Call) => call.kind === 'replace'

function parseIdTime(identity: string): number {
  return parseTailKey(
    `tail/${identity.slice(0, 26)}-00000000000-00000000000-00001-00001-all-${'0'.repeat(26)}.zst`,
  ).idTimeMillis
}

function namesIn(key: string, object: Buffer | undefined): string[] {
  assert.ok(object)
  const names: string[] = []
  for (const frame of openBucket(object, ownerOfBucket(key)).frames) {
    const { startByte, sizeBytes } = frame
    const line = new LineWalker(readFrame(object.subarray(startByte, startByte + sizeBytes), frame))
    while (line.next())
      names.push(JSON.parse(line.bytes.toString('utf8', line.start, line.end)).name)
  }
  return names
}
