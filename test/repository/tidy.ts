import type { Finding, SourceFile } from './source-files.ts'

export const fileLinesMax = 300
export const functionLinesMax = 60
export const lineColumnsMax = 100

/** A word that has its place, and where that is. */
interface BannedWord {
  readonly word: RegExp
  readonly reason: string
  /** Files the rule is about; default all. */
  readonly within?: RegExp
  readonly except?: RegExp
}

const engine = /^(lib|lambdas)\//
const outsideEngine = /^lib\/(core\/clock\.ts|client\/|cli\/progress)/
const code = /\.(ts|tsx|mjs|js)$/

const bannedWords: readonly BannedWord[] = [
  {
    word: /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.now\b/,
    reason: 'the time comes from a Clock',
    within: engine,
    except: outsideEngine,
  },
  {
    word: /\bset(Timeout|Interval|Immediate)\b|node:timers/,
    reason: 'pauses come from a Clock',
    within: engine,
    except: outsideEngine,
  },
  {
    word: /\bMath\.random\b/,
    reason: 'chance comes from a Random',
    within: engine,
    except: /^lib\/client\//,
  },
  {
    word: /\bconsole\.(log|info|debug)\b/,
    reason: 'only commands write to the terminal',
    within: code,
    except: /^(lib\/cli|bench|scripts|console|examples|test)\//,
  },
  {
    // In two halves, so that this file passes itself.
    word: new RegExp(`\\b(TO${'DO'}|FIX${'ME'}|X${'XX'}|HA${'CK'})\\b`),
    reason: 'do it now or leave it out',
    within: code,
  },
  {
    word: /\b(test|it|describe|suite)\.(skip|only|todo)\(|[{,]\s*(skip|only|todo): true/,
    reason: 'a test runs or is deleted',
    within: code,
  },
  {
    word: /(^|[\s'"`(=:])\/(home|root|work|Users|tmp)\/\w/,
    reason: 'a path of one machine',
    except: /^\.github\//,
  },
  {
    word: /https?:\/\/[a-z0-9.-]*(npmjs|pypi|pythonhosted|golang|debian|crates|maven)[a-z0-9.-]*\.(org|io|com)/,
    reason: 'a registry is reached through its client',
  },
]

/** What breaks the house style in files that hold code or prose. */
export function tidyFindings(files: readonly SourceFile[]): Finding[] {
  return files.flatMap(file => [
    ...nameFindings(file),
    ...wordFindings(file),
    ...(code.test(file.path) ? [...sizeFindings(file), ...functionFindings(file)] : []),
  ])
}

function nameFindings({ path }: SourceFile): Finding[] {
  const name = path.split('/').at(-1)
  if (/^index\.(ts|tsx|mjs|js)$/.test(name ?? '')) {
    return [{ path, fault: 'is named after no idea: call it after what it holds' }]
  }
  if (/(^|[/.-])(utils?|helpers?|misc|common)([/.-]|$)/.test(path)) {
    return [{ path, fault: 'has a name that anything fits into' }]
  }
  return []
}

function wordFindings(file: SourceFile): Finding[] {
  const rules = bannedWords.filter(
    ({ within, except }) => (within?.test(file.path) ?? true) && !except?.test(file.path),
  )
  return file.text.split('\n').flatMap((text, position) =>
    rules.flatMap(({ word, reason }) => {
      const found = word.exec(text)
      return found
        ? [{ path: file.path, line: position + 1, fault: `has ${found[0].trim()}: ${reason}` }]
        : []
    }),
  )
}

function sizeFindings({ path, text }: SourceFile): Finding[] {
  const lines = text.split('\n')
  const lineCount = lines.at(-1) === '' ? lines.length - 1 : lines.length
  const findings: Finding[] = lines.flatMap((line, position) =>
    [...line].length > lineColumnsMax && !isInLiteral(line)
      ? [{ path, line: position + 1, fault: `is longer than ${lineColumnsMax} columns` }]
      : [],
  )
  if (lineCount > fileLinesMax) {
    findings.push({ path, fault: `has ${lineCount} lines, at most ${fileLinesMax} fit one idea` })
  }
  return findings
}

/** Whether the limit falls into a string or a regular expression: these cannot be wrapped. */
function isInLiteral(line: string): boolean {
  if (/^\s*(\/\/|\/?\*)/.test(line)) return false
  const visible = line.slice(0, lineColumnsMax)
  return ["'", '`', '"', '/'].some(quote => visible.split(quote).length % 2 === 0)
}

const functionStart =
  /^(\s*)(?:(?:export )?(?:default )?(?:async )?function\b|.*=>\s*\{$|(?:(?:static|async|override|get|set) )*\*?(?:\[?[#\w.]+\]?)(?:<.*>)?\(.*(?:\{|\()$)/
const notFunctions = /^\s*(?:if|for|while|switch|catch|return|await|throw|else|do|new)\b/

/**
 * A function ends where its first line's indent returns with a closing brace: true of what Biome
 * formats. A body that only holds tests is a table of contents and may be longer.
 */
function functionFindings({ path, text }: SourceFile): Finding[] {
  const lines = text.split('\n')
  return lines.flatMap((line, start) => {
    const indent = functionStart.exec(line)?.[1]
    if (indent === undefined || notFunctions.test(line)) return []
    const end = lines.findIndex((other, at) => at > start && other.startsWith(`${indent}}`))
    const body = lines.slice(start + 1, end)
    if (end < 0 || body.some(other => /^\s*(?:await )?(?:test|describe|it)\(/.test(other)))
      return []
    const length = end - start + 1
    return length > functionLinesMax
      ? [{ path, line: start + 1, fault: `is a function of ${length} lines` }]
      : []
  })
}
