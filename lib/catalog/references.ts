import type { Catalog } from './catalog.ts'

/** Keys of all outputs of jobs that the catalog refers to. */
export function referencedKeys(catalog: Catalog): ReadonlySet<string> {
  const parts = catalog.runs.flatMap(run => [...run.buckets, run.index])
  return new Set([...parts, ...catalog.absorbed].map(each => each.key))
}
