import { dirname, normalize } from 'node:path/posix'
import type { Finding, SourceFile } from './source-files.ts'

/** Links of a document to files or headings that are not there. */
export function linkFindings(
  document: SourceFile,
  read: (path: string) => string | undefined,
): Finding[] {
  const prose = document.text.replaceAll(/^ *```[\s\S]*?^ *```/gm, block =>
    block.replaceAll(/[^\n]/g, ''),
  )
  return [...prose.matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g)].flatMap(match => {
    const target = match[1]!
    if (/^[a-z]+:/.test(target)) return []
    const fault = linkFault(document, target, read)
    const line = prose.slice(0, match.index).split('\n').length
    return fault ? [{ path: document.path, line, fault }] : []
  })
}

function linkFault(
  document: SourceFile,
  target: string,
  read: (path: string) => string | undefined,
): string | undefined {
  const [file = '', heading] = target.split('#')
  const path = file === '' ? document.path : normalize(`${dirname(document.path)}/${file}`)
  const text = file === '' ? document.text : read(path)
  if (text === undefined) return `links to ${target}, which is missing`
  if (heading === undefined || headings(text).has(heading)) return undefined
  return `links to ${target}, which has no such heading`
}

function headings(markdown: string): Set<string> {
  return new Set([...markdown.matchAll(/^#+ +(.*)$/gm)].map(match => anchor(match[1]!)))
}

/** The name a heading gets in a link: lower case, punctuation dropped, blanks to dashes. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .trim()
    .replaceAll(' ', '-')
}
