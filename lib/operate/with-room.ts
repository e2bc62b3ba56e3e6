/** What may be under way at once. */
export interface Room {
  readonly count: number
  /** Bytes of all items together; one that is larger goes alone. */
  readonly bytes: number
}

/**
 * Works on every item, on several at once as far as there is room. After a failure nothing more is
 * begun, and the first one is thrown when what is under way has ended.
 */
export async function withRoom<Item>(
  items: Iterable<Item>,
  room: Room,
  bytesOf: (item: Item) => number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const underWay = new Set<Promise<void>>()
  const failures: unknown[] = []
  let heldBytes = 0
  for (const item of items) {
    const itemBytes = bytesOf(item)
    const isFull = () => underWay.size >= room.count || heldBytes + itemBytes > room.bytes
    while (underWay.size > 0 && isFull()) await Promise.race(underWay)
    if (failures.length > 0) break
    heldBytes += itemBytes
    const task = work(item)
      .catch(failure => void failures.push(failure))
      .finally(() => {
        heldBytes -= itemBytes
        underWay.delete(task)
      })
    underWay.add(task)
  }
  await Promise.all(underWay)
  if (failures.length > 0) throw failures[0]
}
