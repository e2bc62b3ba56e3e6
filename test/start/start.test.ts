import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { stock } from '../acceptance/program.ts'
import { listeningPorts, processTree } from './process-tree.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'varve-start-'))
const clone = join(folder, 'varve')
const reason =
  (process.platform !== 'linux' && 'NOT TESTED: only Linux has /proc') ||
  (!existsSync(join(root, '.git')) && 'NOT TESTED: this is no clone of the repository')
const endMillisMax = 20_000

/** Commands of package.json in a clone of what is committed, as a stranger runs them. */
describe('in a clean clone', { skip: reason }, () => {
  before(async () => {
    await stock('git clone --quiet --no-hardlinks "$1" "$2"', root, clone)
    // The packages of this checkout: `npm ci` would need a registry and a minute.
    symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'))
  })

  after(() => rmSync(folder, { recursive: true, force: true }))

  test('npm start serves, imports the example and answers three questions', async t => {
    const started = npm(t, 'start', '--', '--port', '0')

    const url = await started.said(/http:\/\/127\.0\.0\.1:\d+/)
    await started.said(/Ctrl-C/)
    assertDemonstrated(started.text())
    assert.match(started.text(), /apache_access.*4,775/)
    await assertServes(url)
    await assertOnlyPort(started.child, url)
    await assertStops(started)
  })

  test('npm start does not import again', async t => {
    const started = npm(t, 'start', '--', '--port', '0')

    const url = await started.said(/http:\/\/127\.0\.0\.1:\d+/)
    await started.said(/4,775 events/)
    assert.doesNotMatch(started.text(), /combined/)
    await assertServes(url)
    await assertStops(started)
  })

  test('npm run demo does the same and ends', async t => {
    rmSync(join(clone, 'varve-data'), { recursive: true })

    const demo = npm(t, 'run', 'demo', '--', '--port', '0')

    assert.equal(await demo.ended, 0)
    assertDemonstrated(demo.text())
  })
})

interface Started {
  readonly child: ChildProcess
  readonly ended: Promise<number | null>
  /** Standard output and error so far. */
  readonly text: () => string
  /** The first match, when it is there; throws when the command ends without one. */
  readonly said: (pattern: RegExp) => Promise<string>
}

function npm(t: { after(clean: () => void): void }, ...words: readonly string[]): Started {
  const { PATH = '' } = process.env
  // In a group of its own: a test that fails half-way leaves no process behind.
  const child = spawn('npm', words, { cwd: clone, detached: true, env: { PATH, HOME: folder } })
  let text = ''
  let hasEnded = false
  const ended = new Promise<number | null>(resolve => child.once('close', resolve))
  ended.then(() => {
    hasEnded = true
  })
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', chunk => {
      text += chunk
    })
  }
  t.after(() => {
    if (!hasEnded) process.kill(-child.pid!, 'SIGKILL')
  })
  return {
    child,
    ended,
    text: () => text,
    async said(pattern) {
      for (;;) {
        const found = pattern.exec(text)
        if (found) return found[0]
        if (hasEnded) throw new Error(`ended without saying ${pattern}: ${text}`)
        await pause(20)
      }
    },
  }
}

function assertDemonstrated(text: string): void {
  const questions = text.match(/^\$ npm run -s varve -- \w+ .*$/gm) ?? []
  const receipts = text.match(/ · \d+ GET .* · \$[\d.]+ · /g) ?? []
  assert.equal(questions.length, 3, text)
  assert.equal(receipts.length, 3, text)
  assert.match(text, /^2025-01-29\S+ +apache_access .*403/m)
  assert.match(text, /162\.158\.88\.115 +\S+ +\d+\.\d %/)
}

async function assertServes(url: string): Promise<void> {
  const page = await fetch(url)
  const health = await fetch(`${url}/v1/health`)
  const count = await fetch(`${url}/v1/count`)

  assert.match(page.headers.get('Content-Type')!, /^text\/html/)
  assert.match(await page.text(), /<title>.*Varve/)
  assert.deepEqual(await health.json(), { status: 'ok' })
  assert.equal(((await count.json()) as { count: number }).count, 4775)
}

async function assertOnlyPort(child: ChildProcess, url: string): Promise<void> {
  assert.deepEqual(listeningPorts(processTree(child.pid!)), [Number(new URL(url).port)])
}

/** Ends on SIGTERM to npm, with all processes below it. */
async function assertStops({ child, ended, text }: Started): Promise<void> {
  const tree = processTree(child.pid!)
  child.kill('SIGTERM')
  const late = pause(endMillisMax, 'late', { ref: false })
  assert.notEqual(await Promise.race([ended, late]), 'late', `goes on after SIGTERM: ${text()}`)
  while (tree.some(pid => processTree(pid).length > 0)) await pause(20)
}
