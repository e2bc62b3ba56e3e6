import { type Leaf, LeafWalk } from './leaf-walk.ts'

/** Receives a leaf's JSON text as [start, end) of the bytes, a string with its quotation marks. */
export type OnValue = (start: number, end: number) => void

/**
 * Makes a function that calls back for every leaf at or under the path in the stored line at
 * `start`, null included. `@time` is the number of microseconds.
 */
export function fieldValues(
  path: string,
): (bytes: Buffer, start: number, onValue: OnValue) => void {
  const walk = new LeafWalk([path], false)
  return (bytes, start, onValue) => {
    walk.walk(bytes, start, (leaf: Leaf) => {
      if (!walk.isAt(0)) return false
      const margin = leaf.kind === 'string' ? 1 : 0
      onValue(leaf.start - margin, leaf.end + margin)
      return false
    })
  }
}
