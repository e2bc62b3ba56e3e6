import type { Listing, Store } from '../../lib/store/store.ts'

/** A folder of another store as a store of its own; `folder` ends in a slash. */
export function nested(store: Store, folder: string): Store {
  const strip = (listing: Listing): Listing => ({
    ...listing,
    objects: listing.objects.map(each => ({ ...each, key: each.key.slice(folder.length) })),
  })
  return {
    url: `${store.url}${folder}`,
    get: (key, options) => store.get(folder + key, options),
    getIfChanged: (key, etag) => store.getIfChanged(folder + key, etag),
    create: (key, bytes, signal) => store.create(folder + key, bytes, signal),
    replace: (key, bytes, etag, signal) => store.replace(folder + key, bytes, etag, signal),
    list: async (prefix, options = {}) => {
      const { startAfter } = options
      const from = startAfter === undefined ? {} : { startAfter: folder + startAfter }
      return strip(await store.list(folder + prefix, { ...options, ...from }))
    },
    delete: keys => store.delete(keys.map(key => folder + key)),
  }
}
