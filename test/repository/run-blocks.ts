import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { type CodeBlock, codeBlocks, isRun } from './code-blocks.ts'
import { type Finding, root, type SourceFile } from './source-files.ts'

const minuteMillis = 60_000
const columns = 100
const blockStart = '\x1e'

/** Runs the blocks of a document in a folder of its own and compares what they print. */
export async function runFindings(document: SourceFile): Promise<Finding[]> {
  const blocks = codeBlocks(document.text).filter(isRun)
  if (blocks.length === 0) return []
  const folder = mkdtempSync(join(tmpdir(), 'varve-docs-'))
  try {
    const { status, printed } = await runInTerminal(prepare(folder, blocks), folder)
    return blocks.flatMap((block, position) => {
      const fault = faultOf(block, position, printed, status)
      return fault ? [{ path: document.path, line: block.line, fault }] : []
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Lays out the folder and returns the script that runs all blocks. */
function prepare(folder: string, blocks: readonly CodeBlock[]): string {
  const setUp = join(folder, '.docs')
  mkdirSync(setUp)
  const command = join(setUp, 'varve')
  writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${root}lib/cli/main.ts' "$@"\n`)
  chmodSync(command, 0o755)
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  symlinkSync(join(root, 'examples'), join(folder, 'examples'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  const steps = blocks.map((block, position) => {
    const start = `printf '${blockStart}'`
    if (block.language === 'sh') return `${start}\n${block.code}`
    const path = join(setUp, `${position}.ts`)
    writeFileSync(path, block.code.replaceAll(/ from 'varve(\/client)?'/g, toRepository))
    return `${start}\nnode '${path}'\n`
  })
  const script = join(setUp, 'script')
  const endJobs = `trap 'jobs -p | xargs -r kill 2>/dev/null || true' EXIT`
  const stop = 'set -euo pipefail'
  writeFileSync(script, `stty cols ${columns} -echo\n${endJobs}\n${stop}\n${steps.join('')}`)
  return script
}

function toRepository(_import: string, part: string | undefined): string {
  const path = part ? 'lib/client/client.ts' : 'lib/archive.ts'
  return ` from '${pathToFileURL(join(root, path)).href}'`
}

interface Ran {
  readonly status: number | null
  /** What each block that was begun printed. */
  readonly printed: readonly string[]
}

async function runInTerminal(script: string, folder: string): Promise<Ran> {
  const onMac = process.platform === 'darwin'
  const call = onMac
    ? ['-q', '/dev/null', 'bash', script]
    : ['-qefc', `bash '${script}'`, '/dev/null']
  const child = spawn('script', call, {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 3.5 * minuteMillis,
    env: {
      PATH: `${join(folder, '.docs')}:${join(root, 'node_modules/.bin')}:${process.env.PATH}`,
      HOME: folder,
      TERM: 'dumb',
      NO_COLOR: '1',
      LANG: 'C.UTF-8',
    },
  })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  const [, ...printed] = Buffer.concat(chunks).toString().split(blockStart)
  return { status, printed: printed.map(asSeen) }
}

/** The lines as they stand on the screen in the end: a bar that was drawn over is gone. */
function asSeen(output: string): string {
  const lines = output
    .replaceAll('\r\n', '\n')
    .replaceAll('\x1b[0G', '\r')
    .replaceAll('\x1b[1G', '\r')
    .split('\n')
  return lines
    .map(line => stripVTControlCharacters(line.split('\r').findLast(Boolean) ?? '').trimEnd())
    .join('\n')
}

function faultOf(
  block: CodeBlock,
  position: number,
  printed: readonly string[],
  status: number | null,
): string | undefined {
  const output = printed[position]
  if (output === undefined) return 'was not reached'
  if (position === printed.length - 1 && status !== 0) {
    return `failed with status ${status}:\n${output}`
  }
  if (block.expected === undefined || outputMatches(output, block.expected)) return undefined
  return `prints\n${output}`
}

/** Whether the output is the expected text, `…` standing for any text or, alone, any lines. */
export function outputMatches(output: string, expected: string): boolean {
  const pattern = expected
    .trimEnd()
    .split('\n')
    .map(line =>
      line.trim() === '…'
        ? '(?:.*\\n)*?'
        : `${line.trimEnd().split('…').map(escapeRegExp).join('.*')}\\n`,
    )
    .join('')
  return new RegExp(`^${pattern}$`).test(`${output.trimEnd()}\n`)
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}
