/** Works on up to `count` items at once and gives the results in the order of the items. */
export async function* inOrder<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  count: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const underWay: Promise<Result>[] = []
  for await (const item of items) {
    const begun = work(item)
    // Awaited when its turn comes, or not at all when one before it fails.
    begun.catch(() => undefined)
    underWay.push(begun)
    if (underWay.length >= count) yield await underWay.shift()!
  }
  for (const begun of underWay) yield await begun
}
