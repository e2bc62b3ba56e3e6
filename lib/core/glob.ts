/** Any characters; any but a slash; one but a slash. Any other part is a character of its own. */
type Part = '**' | '*' | '?' | (string & {})

const cache = new Map<string, readonly Part[]>()
const cacheMax = 1000

/**
 * Whether a stream name matches a glob: `*` any characters but a slash, `**` any characters, `?`
 * one character but a slash. Everything else stands for itself. Takes time in the product of both
 * lengths at worst, whatever the glob.
 */
export function matchesGlob(stream: string, glob: string): boolean {
  const parts = partsOf(glob)
  // reached[i]: the first i parts match what was read so far.
  const reached = new Uint8Array(parts.length + 1)
  reached[0] = 1
  passStars(reached, parts)
  for (const character of stream) {
    if (!step(reached, parts, character)) return false
    passStars(reached, parts)
  }
  return reached[parts.length] === 1
}

/** Whether the text is a glob rather than one stream's name. */
export function isGlob(text: string): boolean {
  return /[*?]/.test(text)
}

/** Whether a name from `first` to `last`, both included, may match; wrong only by saying yes. */
export function mayMatchBetween(glob: string, first: string, last: string): boolean {
  if (first === last) return matchesGlob(first, glob)
  const prefix = /^[^*?]*/.exec(glob)![0]
  if (prefix === glob) return first <= glob && glob <= last
  return last >= prefix && first.slice(0, prefix.length) <= prefix
}

function partsOf(glob: string): readonly Part[] {
  let parts = cache.get(glob)
  if (!parts) {
    if (cache.size >= cacheMax) cache.clear()
    parts = (glob.match(/\*+|[^*]/gu) ?? []).map(part => (part.startsWith('**') ? '**' : part))
    cache.set(glob, parts)
  }
  return parts
}

/** A star also matches nothing. */
function passStars(reached: Uint8Array, parts: readonly Part[]): void {
  for (let i = 0; i < parts.length; i++) {
    if (reached[i] === 1 && parts[i]!.startsWith('*')) reached[i + 1] = 1
  }
}

/** Reads one character; false when no way is left. */
function step(reached: Uint8Array, parts: readonly Part[], character: string): boolean {
  let alive = 0
  for (let i = parts.length; i > 0; i--) {
    const part = parts[i - 1]!
    const stays = part === '**' || (part === '*' && character !== '/')
    const moves = part === character || (part === '?' && character !== '/')
    reached[i] = (stays ? reached[i]! : 0) | (moves ? reached[i - 1]! : 0)
    alive |= reached[i]!
  }
  reached[0] = 0
  return alive === 1
}

/** What every stream that matches begins with. */
export function literalPrefix(glob: string): string {
  const end = glob.search(/[*?]/)
  return end < 0 ? glob : glob.slice(0, end)
}
