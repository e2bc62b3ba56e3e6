import type { Store } from '../../lib/store/store.ts'

/** A store that flips a bit of one byte of one object, in every answer or in so many. */
export function flipping(store: Store, key: string, position: number, times = Infinity): Store {
  let left = times
  return answering(store, key, (bytes, start) => {
    const at = position - start
    if (at < 0 || at >= bytes.length || left-- <= 0) return bytes
    const flipped = Buffer.from(bytes)
    flipped[at]! ^= 0x10
    return flipped
  })
}

/** A store that tells which objects are fetched. */
export function watched(store: Store, onGet: (key: string) => void): Store {
  return {
    ...answering(store, '', bytes => bytes),
    get: (key, options) => {
      onGet(key)
      return store.get(key, options)
    },
  }
}

/** A store whose answers about one object are changed. */
export function answering(
  store: Store,
  damaged: string,
  change: (bytes: Buffer, start: number) => Buffer,
): Store {
  return {
    url: store.url,
    get: async (key, options) => {
      const object = await store.get(key, options)
      if (!object || key !== damaged) return object
      const range = options?.range
      const start = !range
        ? 0
        : 'start' in range
          ? range.start
          : Math.max(0, object.sizeBytes - range.suffixBytes)
      return { ...object, bytes: change(object.bytes, start) }
    },
    getIfChanged: (key, etag) => store.getIfChanged(key, etag),
    create: (key, bytes) => store.create(key, bytes),
    replace: (key, bytes, etag) => store.replace(key, bytes, etag),
    list: (prefix, options) => store.list(prefix, options),
    delete: keys => store.delete(keys),
  }
}
