import type { Finding, SourceFile } from './source-files.ts'

/**
 * The code blocks of a document, by the word after the fence:
 *
 * - `sh` is run, in order, in one shell and one empty folder for the whole document, with `varve`
 *   on the PATH and `examples` beside it. `sh run-by=FILE` is not: that file of the repository runs
 *   the same commands. `sh needs=aws` is not: its commands speak to an account.
 * - `ts` is run in the same folder; `varve` and `varve/client` are this repository.
 * - `text` right after one of these is what it prints on a terminal of 100 columns. `…` stands for
 *   any text in a line, and a line of nothing else for any number of lines.
 * - `json` is one value, `ndjson` one value a line. Any other `text` is only read.
 */
export interface CodeBlock {
  /** One-based line of the opening fence. */
  readonly line: number
  readonly language: string
  readonly options: ReadonlyMap<string, string>
  readonly code: string
  /** Content of the `text` block that follows at once. */
  readonly expected?: string
}

const languages = new Set(['sh', 'ts', 'json', 'ndjson', 'text'])

export function codeBlocks(markdown: string): CodeBlock[] {
  const fence = /^( *)```([^\n`]*)\n([\s\S]*?)^\1```[ ]*$/gm
  const found = [...markdown.matchAll(fence)].map(match => {
    const [language = '', ...options] = match[2]!.trim().split(/\s+/)
    return {
      line: markdown.slice(0, match.index).split('\n').length,
      language,
      options: new Map(options.map(option => option.split('=', 2) as [string, string])),
      code: match[3]!.replaceAll(new RegExp(`^${match[1]}`, 'gm'), ''),
      start: match.index,
      end: match.index + match[0].length,
    }
  })
  return found.map(({ start, end, ...block }, position) => {
    const next = found[position + 1]
    const follows =
      next?.language === 'text' && markdown.slice(end, next.start).trim() === '' && isRun(block)
    return follows ? { ...block, expected: next.code } : block
  })
}

export function isRun(block: CodeBlock): boolean {
  return block.language === 'ts' || (block.language === 'sh' && block.options.size === 0)
}

/**
 * What is wrong with the blocks that are not run; `read` gives the text of a file, if there is one.
 */
export function blockFindings(
  document: SourceFile,
  read: (path: string) => string | undefined,
): Finding[] {
  return codeBlocks(document.text).flatMap(block => {
    const fault = blockFault(block, read)
    return fault ? [{ path: document.path, line: block.line, fault }] : []
  })
}

function blockFault(
  block: CodeBlock,
  read: (path: string) => string | undefined,
): string | undefined {
  if (!languages.has(block.language)) {
    return `block is marked ${block.language || 'nothing'}, expected ${[...languages].join(', ')}`
  }
  if (block.language === 'json') return jsonFault(block.code)
  if (block.language === 'ndjson') {
    return block.code.trimEnd().split('\n').map(jsonFault).find(Boolean)
  }
  for (const [option, value] of block.options) {
    if (option === 'run-by') return runByFault(block, value, read(value))
    if (option === 'needs' && value === 'aws') return awsFault(block)
    return `block has the unknown option ${option}=${value}`
  }
  return undefined
}

function jsonFault(text: string): string | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    return `is no JSON: ${(error as Error).message}`
  }
}

function runByFault(block: CodeBlock, path: string, text?: string): string | undefined {
  if (text === undefined) return `${path}, which should run it, is missing`
  const run = withoutComments(text)
  const forgotten = commands(block).find(command => !run.includes(command))
  return forgotten && `${path} does not run \`${forgotten}\``
}

function awsFault(block: CodeBlock): string | undefined {
  const local = commands(block).find(command => !/\bcdk\b|^aws |s3:\/\/|\$URL/.test(command))
  return local && `\`${local}\` needs no account and so can be run`
}

function commands(block: CodeBlock): string[] {
  return withoutComments(block.code)
    .split(/\n|&&/)
    .map(line => line.trim())
    .filter(Boolean)
}

function withoutComments(text: string): string {
  return text.replaceAll(/(^|\s)#.*$/gm, '')
}
