/** Throws when what must be true is not: a bug here, never a fault of input or of stored bytes. */
export function assert(condition: unknown, what: string): asserts condition {
  if (!condition) throw new Error(`bug: ${what}`)
}
