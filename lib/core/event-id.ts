/** Longest `@id` as it is stored, in characters. */
export const eventIdLengthMax = 512

/** How an id is stored, by its JSON text: a string of JSON. `undefined`: it is none. */
export function storedId(json: string): string | undefined {
  const id: unknown = JSON.parse(json)
  if (typeof id === 'number') return JSON.stringify(json)
  return typeof id === 'string' && id !== '' ? JSON.stringify(id) : undefined
}
