import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundle, bundles } from '../../scripts/bundle.ts'
import { proxyEvent } from '../../test/lambdas/proxy-event.ts'
import { Environment, type FunctionPlan } from '../../test/runtime/environment.ts'
import type { Figure } from '../figure.ts'

const rounds = 7
const emptyHandler = 'export const handler = async () => {}\n'
const question = proxyEvent({ method: 'GET', path: '/v1/search' })

/** What a new process of a function takes, at least, over several starts. */
interface Start {
  readonly initMillis: number
  readonly firstCallMillis: number
  readonly memoryMegabytes: number
}

/**
 * C1: a process of the query Lambda under the runtime client of AWS: from its start until it asks
 * for a call, the first call, a question to an empty archive, and the most memory it ever had.
 */
export async function measureColdStart(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'varve-bench-'))
  try {
    const plan = bundles.lambda.find(({ output }) => output.includes('query'))!
    const { bytes } = await bundle(plan)
    const full = await leastOf(planOf(folder, 'full', bytes))
    const empty = await leastOf(planOf(folder, 'empty', Buffer.from(emptyHandler)))
    const of = { id: 'C1', unit: 'ms' }
    return [
      {
        ...of,
        figure: 'cold start of the query Lambda, over that of an empty handler',
        value: full.initMillis - empty.initMillis,
        peers: { whole: Math.round(full.initMillis), empty: Math.round(empty.initMillis) },
      },
      { ...of, figure: 'its first answer', value: full.firstCallMillis },
      {
        ...{ id: 'C1', figure: 'memory it had by then', unit: 'MB' },
        value: full.memoryMegabytes,
        peers: { empty: Math.round(empty.memoryMegabytes) },
      },
    ]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function planOf(folder: string, name: string, bytes: Uint8Array): FunctionPlan {
  const taskRoot = join(folder, name)
  mkdirSync(taskRoot)
  writeFileSync(join(taskRoot, 'index.mjs'), bytes)
  return {
    ...{ name, taskRoot, handler: 'index.handler', memoryMegabytes: 1769, timeoutMillis: 30_000 },
    variables: { VARVE_STORE: `file:${join(folder, 'store')}` },
  }
}

async function leastOf(plan: FunctionPlan): Promise<Start> {
  const starts: Start[] = []
  for (let round = 0; round < rounds; round++) starts.push(await startOnce(plan))
  const least = (figure: keyof Start) => Math.min(...starts.map(start => start[figure]))
  return {
    initMillis: least('initMillis'),
    firstCallMillis: least('firstCallMillis'),
    memoryMegabytes: least('memoryMegabytes'),
  }
}

async function startOnce(plan: FunctionPlan): Promise<Start> {
  const environment = await Environment.start(plan)
  try {
    const calledMillis = performance.now()
    const outcome = await environment.call(question)
    if (outcome.kind === 'stream') await outcome.body.toArray()
    const firstCallMillis = performance.now() - calledMillis
    assert.notEqual(outcome.kind, 'failed')
    await environment.idle()
    const memoryMegabytes = (environment.memoryBytesMax() ?? 0) / 1e6
    return { initMillis: environment.initMillis, firstCallMillis, memoryMegabytes }
  } finally {
    environment.stop()
  }
}
