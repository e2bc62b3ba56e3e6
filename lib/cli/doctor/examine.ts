import { type LoadedCatalog, loadCatalog } from '../../catalog/load.ts'
import { referencedKeys } from '../../catalog/references.ts'
import { Settled } from '../../catalog/settled.ts'
import { listTail, type TailObject } from '../../catalog/tail.ts'
import { ArchiveError } from '../../core/errors.ts'
import { defaultSettings } from '../../core/settings.ts'
import { jobOfOutput, knownPrefixes, outputPrefixes, tailPrefix } from '../../store/keys.ts'
import { type ListedObject, listAll, type Store } from '../../store/store.ts'
import type { Place } from '../open.ts'
import { showBytes, showCounted } from '../render/figures.ts'
import { problemText } from '../render/problem.ts'
import {
  type Check,
  judgeClaims,
  judgeClock,
  judgeCost,
  judgeForeign,
  judgeNode,
  judgeOrphans,
  judgeQuarantined,
  judgeTail,
} from './judge.ts'
import { examineRights, isDenied } from './rights.ts'

/**
 * Looks at this machine, the store and the archive, one check after the other. A check that cannot
 * be made fails with the reason; after a store that cannot be used there is no more to look at.
 */
export async function* examine(place: Place): AsyncGenerator<Check> {
  yield judgeNode(process.versions.node, 'zstd' in process.versions)
  const opened = await attempt('store', async () => {
    const { openStore } = await import('../../store/open-store.ts')
    return openStore(place.storeUrl, { clock: place.clock, random: place.random })
  })
  if ('failed' in opened) return yield opened.failed
  const store = opened.value
  const probed = await attempt('store', () => probe(store, place))
  if ('failed' in probed) return yield probed.failed
  yield probed.value
  if (store.isRemote) yield await judgement('rights', () => examineRights(store))
  yield await judgement('clock', () => examineClock(store, place))
  const loaded = await attempt('catalog', () => loadCatalog(store))
  if ('failed' in loaded) return yield loaded.failed
  yield judgeCatalog(loaded.value)
  const { catalog } = loaded.value
  yield await judgement('tail', () => examineTail(store, loaded.value, place))
  yield judgeClaims(catalog.claims, place.clock.nowMicros(), defaultSettings)
  const looked = await attempt('orphans', () => findOrphans(store))
  if ('failed' in looked) return yield looked.failed
  yield judgeOrphans(looked.value.orphans)
  if (store.isRemote) yield judgeCost(looked.value.listed, place.clock.nowMicros())
}

async function probe(store: Store, place: Place): Promise<Check> {
  const { probeStore } = await import('../../store/probe-store.ts')
  const name = 'store'
  try {
    await probeStore(store, place.random)
    return { name, state: 'ok', found: `${store.url} keeps the promises Varve rests on` }
  } catch (error) {
    if (!isDenied(error)) throw error
    const found = 'its promises were not tried: these credentials may not write under probe/'
    return { name, state: 'warn', found, advice: 'ask again as who may write and delete' }
  }
}

async function examineClock(store: Store, { clock }: Place): Promise<Check> {
  const { storeTimeMicros } = await store.list(tailPrefix, { limit: 1 })
  return judgeClock(storeTimeMicros, clock.nowMicros(), defaultSettings)
}

function judgeCatalog({ catalog, etag, sizeBytes }: LoadedCatalog): Check {
  const name = 'catalog'
  if (etag === undefined) return { name, state: 'ok', found: 'none yet: nothing was folded' }
  const found =
    `generation ${catalog.generation}, ${showBytes(sizeBytes)}, ` +
    `${showCounted(catalog.runs.length, 'run')}, ` +
    showCounted(catalog.rollups.length, 'roll-up')
  return { name, state: 'ok', found }
}

async function examineTail(store: Store, { catalog }: LoadedCatalog, place: Place): Promise<Check> {
  const { batches, foreign } = await listTail(store)
  const settled = await Settled.load(store, catalog, batches.map(identityOf))
  const aside = new Set(catalog.quarantined.map(batch => batch.identity))
  const isWaiting = (identity: string) => !settled.has(identity) && !aside.has(identity)
  const waiting = batches.filter(batch => isWaiting(batch.identity))
  const judged = judgeQuarantined(catalog.quarantined) ?? judgeForeign(foreign)
  return judged ?? judgeTail(waiting, place.clock.nowMicros(), defaultSettings)
}

function identityOf({ identity }: TailObject): string {
  return identity
}

/** As garbage collection finds them: first listed, then looked for in the catalog (G1, G2). */
async function findOrphans(store: Store) {
  const listed: ListedObject[] = []
  for (const prefix of knownPrefixes) {
    for await (const object of listAll(store, prefix)) listed.push(object)
  }
  const { catalog } = await loadCatalog(store)
  const referenced = await referencedKeys(store, catalog)
  const claimed = new Set(catalog.claims.map(claim => claim.jobId))
  const isOutput = (key: string) => outputPrefixes.some(prefix => key.startsWith(prefix))
  const orphans = listed.filter(
    ({ key }) => isOutput(key) && !referenced.has(key) && !claimed.has(jobOfOutput(key)),
  )
  return { listed, orphans }
}

async function judgement(name: string, examineIt: () => Promise<Check>): Promise<Check> {
  const done = await attempt(name, examineIt)
  return 'failed' in done ? done.failed : done.value
}

/** What the work gives, or the failed check that its error makes. */
async function attempt<Result>(
  name: string,
  work: () => Promise<Result>,
): Promise<{ readonly value: Result } | { readonly failed: Check }> {
  try {
    return { value: await work() }
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error
    const [found = '', ...advice] = problemText(error).split('\n')
    const failed: Check = { name, state: 'fail', found }
    return { failed: advice.length === 0 ? failed : { ...failed, advice: advice.join(' ').trim() } }
  }
}
