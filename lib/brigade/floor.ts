import { commit, type Workplace } from '../catalog/commit.ts'
import { loadCatalog } from '../catalog/load.ts'
import { Settled } from '../catalog/settled.ts'
import { listTail } from '../catalog/tail.ts'
import { holds } from '../core/rules.ts'
import { tailPrefix } from '../store/keys.ts'
import { forgetBelowFloor } from './sweep.ts'

/** The floor rises in steps of at least this, so that it seldom costs a commit. */
const stepMillis = 3600e3

/**
 * Raises the floor (PROTOCOL V): below it every id is settled, so ids need not be remembered for
 * ever. Returns the new floor in milliseconds, or `undefined` when it stays.
 */
export async function raiseFloor(place: Workplace): Promise<number | undefined> {
  const before = await storeTimeMillis(place)
  const { batches } = await listTail(place.store)
  const { catalog } = await loadCatalog(place.store)
  const now = holds('floor-value-first') ? before : await storeTimeMillis(place)
  const lagMillis = holds('floor-lags-accept') ? place.settings.floorLagMillis : 0
  const settled = await Settled.load(
    place.store,
    catalog,
    batches.map(each => each.identity),
  )
  const isAside = new Set(catalog.quarantined.map(batch => batch.identity))
  let floorMillis = now - lagMillis
  for (const { identity, idTimeMillis } of batches) {
    if (settled.has(identity) || !holds('floor-waits-tail')) continue
    // What was put aside is spared by the floor (PROTOCOL Q2): it does not stop it.
    if (isAside.has(identity)) continue
    floorMillis = Math.min(floorMillis, idTimeMillis)
  }
  if (floorMillis < catalog.floorMillis + stepMillis) return undefined
  const raised = await commit(place, current => {
    if (current.floorMillis >= floorMillis) return undefined
    const next = forgetBelowFloor(current, floorMillis)
    return { next, landed: later => later.floorMillis >= floorMillis }
  })
  return raised?.floorMillis
}

// V1: the store's clock, from an answer received before the listing that justifies the value.
export async function storeTimeMillis(place: Workplace): Promise<number> {
  const { storeTimeMicros } = await place.store.list(tailPrefix, { limit: 1 })
  return Math.floor(storeTimeMicros / 1000)
}
