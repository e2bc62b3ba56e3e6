/** The text of the term that all events of a stream have: no word has such characters. */
export function streamText(stream: string): string {
  return `@stream=${stream}`
}
