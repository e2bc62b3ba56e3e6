import type { Catalog } from '../../lib/catalog/catalog.ts'
import { loadCatalog } from '../../lib/catalog/load.ts'
import { decodeManifest, type RolledRun } from '../../lib/catalog/manifest.ts'
import { listTail } from '../../lib/catalog/tail.ts'
import type { Store } from '../../lib/store/store.ts'
import { ArchiveMaker, type TestEvent } from '../support/make-archive.ts'
import { sampleLines } from './samples.ts'

export interface SampleArchive {
  readonly store: Store
  readonly catalog: Catalog
  readonly manifestRuns: readonly RolledRun[]
  readonly identities: readonly string[]
}

/** A small archive that has everything: tail, runs, a roll-up of others, absorbed batches. */
export async function makeSampleArchive(): Promise<SampleArchive> {
  const maker = new ArchiveMaker()
  const events = sampleLines(60).map(eventOf)
  const swept = await maker.batch(events.slice(0, 4))
  await maker.batch(events.slice(4, 10))
  const rolledUp = [await maker.run(events.slice(10, 20), events.slice(20, 30))]
  rolledUp.push(await maker.run(events.slice(30, 40)))
  const run = await maker.run(events.slice(40))
  const rollup = await maker.rollup(rolledUp.filter(each => each.index.terms.detail === 'whole'))
  const segment = await maker.segment([swept.identity])
  const recent = [(await maker.batch(events.slice(40, 44))).identity]
  await maker.commit({ runs: [run], rollups: [rollup], absorbed: [segment], recent })
  const { store } = maker
  const { key } = rollup.manifests[0]!
  const manifestRuns = decodeManifest((await store.get(key))!.bytes, key)
  const { batches } = await listTail(store)
  const identities = batches.map(batch => batch.identity).sort()
  return { store, catalog: (await loadCatalog(store)).catalog, manifestRuns, identities }
}

const stored = /^\{"@time":(\d+),"@stream":"([^"]*)"(?:,"@id":"([^"]*)")?,(.*)\}$/s

function eventOf(line: string): TestEvent {
  const [, time, stream = '', id, rest = ''] = stored.exec(line)!
  return { time: Number(time), stream, rest, ...(id !== undefined && { id }) }
}
