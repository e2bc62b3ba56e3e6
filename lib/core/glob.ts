const cache = new Map<string, RegExp>()
const cacheMax = 1000

/**
 * Whether a stream name matches a glob: `*` any characters but a slash, `**` any characters, `?` one
 * character but a slash. Everything else stands for itself.
 */
export function matchesGlob(stream: string, glob: string): boolean {
  let pattern = cache.get(glob)
  if (!pattern) {
    if (cache.size >= cacheMax) cache.clear()
    pattern = new RegExp(
      `^${glob
        .split(/(\*+|\?)/)
        .map(translate)
        .join('')}$`,
    )
    cache.set(glob, pattern)
  }
  return pattern.test(stream)
}

/** Whether the text is a glob rather than one stream's name. */
export function isGlob(text: string): boolean {
  return /[*?]/.test(text)
}

function translate(part: string): string {
  if (part === '?') return '[^/]'
  if (part === '*') return '[^/]*'
  if (part.startsWith('**')) return '.*'
  return part.replace(/[.+^${}()|[\]\\]/g, '\\$&')
}
