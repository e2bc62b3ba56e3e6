import type { Catalog, Mask } from '../catalog/catalog.ts'
import { defaultSettings } from '../core/settings.ts'

/** The catalog with these keys noted for the certificates of the masks, as far as they stand. */
export function withReplaced(
  catalog: Catalog,
  applied: readonly Mask[],
  keys: readonly string[],
): Catalog {
  if (applied.length === 0 || keys.length === 0) return catalog
  const seqs = new Set(applied.map(mask => mask.seq))
  const { replacedKeysMax } = defaultSettings
  const masks = catalog.masks.map(mask => {
    if (!seqs.has(mask.seq)) return mask
    const { replaced } = mask
    const named = [...replaced.keys, ...keys].slice(0, replacedKeysMax)
    return { ...mask, replaced: { count: replaced.count + keys.length, keys: named } }
  })
  return { ...catalog, masks }
}
