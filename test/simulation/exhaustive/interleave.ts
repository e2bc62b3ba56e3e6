import { loadCatalog } from '../../../lib/catalog/load.ts'
import { namedKeys } from '../../../lib/catalog/references.ts'
import { ArchiveError } from '../../../lib/core/errors.ts'
import { seededRandom } from '../../../lib/core/random.ts'
import type { ObjectTable } from '../../../lib/store/object-table.ts'
import { answerFaults, Scene } from '../protocol/scene.ts'
import { SimulatedStore } from '../simulated-store.ts'
import { World } from '../world.ts'
import { type Explored, exploreAll, type Place } from './explore.ts'
import { readAll, type Scope, type Shown, workplaceAt } from './scopes.ts'

const historiesMax = 100_000

/** Every interleaving of a scope: what its readers are shown, and what it leaves behind. */
export async function interleave(scope: Scope): Promise<Explored> {
  const scene = new Scene({ recentMax: 0, claimStaleMillis: 0 }, new World({ pageSize: 1000 }))
  await scope.prepare(scene)
  const objects = new Map(scene.world.keys().map(key => [key, scene.world.object(key)!]))
  const { acked } = scene
  scene.world.stop()
  const processes = Object.fromEntries(
    Object.entries(scope.processes).map(([name, work]) => [
      name,
      (place: Place) => work(workplaceAt(place, scope)),
    ]),
  )
  const judge = (table: ObjectTable, results: ReadonlyMap<string, unknown>) =>
    judgeEnd(scope, acked, table, results)
  return await exploreAll(objects, processes, judge, historiesMax)
}

async function judgeEnd(
  scope: Scope,
  acked: ReadonlySet<string>,
  table: ObjectTable,
  results: ReadonlyMap<string, unknown>,
): Promise<string[]> {
  const names = Object.keys(scope.processes)
  const stuck = names.filter(name => !results.has(name))
  const wild = [...results].filter(([, result]) => isWild(result))
  if (stuck.length + wild.length > 0)
    return [...stuck.map(name => `${name} never ends`), ...wild.map(([, fault]) => String(fault))]
  const isAppended = results.get('append') !== undefined && !isFault(results.get('append'))
  const last = new Set([...acked, ...(isAppended ? ['new'] : [])])
  const quiet = workplaceAt(quietPlace(table), scope)
  const shown = results.get('read')
  const faultsOfRead = isShown(shown) ? answerFaults(shown.names, acked) : []
  const { catalog } = await loadCatalog(quiet.store)
  const missing = [...namedKeys(catalog)].filter(key => !table.get(key))
  return [
    ...faultsOfRead.map(fault => `the reader saw ${fault}`),
    ...missing.map(key => `I8 ${key} is gone`),
    ...answerFaults((await readAll(quiet)).names, last),
  ]
}

/** An outage is an error the engine may throw; here there is none, but a reader may give up. */
function isFault(result: unknown): boolean {
  return result instanceof Error
}

function isWild(result: unknown): boolean {
  return isFault(result) && !(result instanceof ArchiveError)
}

function isShown(result: unknown): result is Shown {
  return typeof result === 'object' && result !== null && 'names' in result
}

/** The objects as they are, for somebody who is alone. */
function quietPlace(table: ObjectTable): Place {
  const nowMicros = () => 1_798_588_800_000_000
  const objects = { table, pageSize: 1000, nowMicros }
  const store = new SimulatedStore(objects, async (_request, apply) => apply())
  return { store, clock: { nowMicros, sleep: async () => {} }, random: seededRandom(1) }
}
