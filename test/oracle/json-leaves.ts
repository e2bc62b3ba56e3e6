import type { ReferenceLeaf } from '../query/support/reference-filter.ts'

const blank = /[ \t\n\r]*/y
const string = /"(?:[^"\\]|\\.)*"/sy
const scalar = /[^,\]}\s]+/y

/** The leaves of a JSON object, numbers as they are spelled and repeated names all counted. */
export function leavesOfJson(text: string): ReferenceLeaf[] {
  const leaves: ReferenceLeaf[] = []
  readValue(0, '')
  return leaves

  function readValue(start: number, path: string): number {
    if (text[start] === '{') return readObject(start, path)
    if (text[start] === '[') return readArray(start, path)
    const end = passed(text[start] === '"' ? string : scalar, start)
    const spelled = text.slice(start, end)
    const kind = kindOf(spelled)
    leaves.push({
      path,
      kind,
      text: kind === 'string' ? JSON.parse(spelled) : spelled,
      isParameter: false,
    })
    return end
  }

  function readObject(start: number, path: string): number {
    let at = passed(blank, start + 1)
    while (text[at] !== '}') {
      const nameEnd = passed(string, at)
      const name = (JSON.parse(text.slice(at, nameEnd)) as string).toWellFormed()
      const colon = passed(blank, nameEnd)
      const isTop = start === 0
      at = readValue(passed(blank, colon + 1), isTop ? name : `${path}.${name}`)
      at = passed(blank, at)
      if (text[at] === ',') at = passed(blank, at + 1)
    }
    return at + 1
  }

  function readArray(start: number, path: string): number {
    let at = passed(blank, start + 1)
    while (text[at] !== ']') {
      at = passed(blank, readValue(at, path))
      if (text[at] === ',') at = passed(blank, at + 1)
    }
    return at + 1
  }

  function passed(sticky: RegExp, start: number): number {
    sticky.lastIndex = start
    if (!sticky.test(text)) throw new Error(`no JSON at ${start} of ${text.slice(0, 200)}`)
    return sticky.lastIndex
  }
}

function kindOf(spelled: string): string {
  if (spelled.startsWith('"')) return 'string'
  if (spelled === 'null') return 'null'
  return spelled === 'true' || spelled === 'false' ? 'literal' : 'number'
}
