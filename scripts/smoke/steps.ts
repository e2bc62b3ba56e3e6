import assert, { AssertionError } from 'node:assert/strict'
import type { ArchiveClient } from '../../lib/client/archive-client.ts'
import { ArchiveClientError } from '../../lib/client/client-error.ts'

/** What became of one step. */
export interface Step {
  readonly name: string
  readonly state: 'ok' | 'fail' | 'skipped'
  readonly millis: number
  /** What was seen, or what is wrong. */
  readonly found: string
  /** What to do, where there is something to do. */
  readonly advice?: string
}

export interface SmokeOptions {
  readonly client: ArchiveClient
  /** What the events of this run are appended to; they stay there. */
  readonly stream: string
  /** Known of no other run. */
  readonly runId: string
  readonly now: Date
  /** Longest that a step may take. */
  readonly stepMillisMax: number
}

interface Asking extends SmokeOptions {
  readonly signal: AbortSignal
}

const count = 3

/** In this order; each gives what it saw, or throws. */
const steps: Readonly<Record<string, (asking: Asking) => Promise<string>>> = {
  async append(asking) {
    const { accepted, rejected } = await append(asking)
    assert.deepEqual({ accepted, rejected }, { accepted: count, rejected: 0 })
    return `${count} events to ${asking.stream}`
  },
  async 'append again'(asking) {
    const { accepted } = await append(asking)
    assert.equal(accepted, count)
    return 'the same batch with the same key: acknowledged'
  },
  async read({ client, stream, signal, ...given }) {
    const from = given.now.toISOString()
    const lines = await Array.fromAsync(client.read(stream, { from, signal, limit: 1000 }).lines())
    const own = lines.filter(line => line.includes(given.runId)).map(line => JSON.parse(line).n)
    assert.deepEqual(
      own,
      Array.from({ length: count }, (_, n) => count - 1 - n),
    )
    return `${count} events, newest first, each once`
  },
  async search({ client, stream, runId, signal }) {
    const answer = client.search({ q: `run:${runId}`, stream, signal })
    const events = await Array.fromAsync(answer)
    assert.equal(events.length, count)
    const { receipt, damage } = answer.end()
    assert.deepEqual(damage, [])
    const { get, list } = receipt.requests
    return `${count} events for ${get + list} requests, $${receipt.dollars.toPrecision(2)}`
  },
  async count({ client, stream, runId, signal }) {
    const answer = await client.count({ q: `run:${runId}`, stream, signal })
    assert.equal(answer.count, count)
    return `${count} events`
  },
  async histogram({ client, stream, runId, signal }) {
    const asked = { q: `run:${runId}`, stream, signal, interval: 'hour' } as const
    const { intervals } = await client.histogram(asked)
    assert.equal(
      intervals.reduce((sum, each) => sum + each.count, 0),
      count,
    )
    return `${count} events`
  },
  async refusal({ client, signal }) {
    const refused = await client.count({ q: '(a', signal }).catch(error => error)
    assert.ok(refused instanceof ArchiveClientError, 'a query that is none was answered')
    assert.equal(refused.status, 400, refused.message)
    return `a query that is none: ${refused.message}`
  },
}

/** Makes the steps one after the other; after one that fails the others are skipped. */
export async function* smoke(options: SmokeOptions): AsyncGenerator<Step> {
  let hasFailed = false
  for (const [name, run] of Object.entries(steps)) {
    if (hasFailed) {
      yield { name, state: 'skipped', millis: 0, found: '' }
      continue
    }
    const step = await made(name, run, options)
    hasFailed = step.state === 'fail'
    yield step
  }
}

async function made(
  name: string,
  run: (asking: Asking) => Promise<string>,
  options: SmokeOptions,
): Promise<Step> {
  const startMillis = performance.now()
  const millis = () => Math.round(performance.now() - startMillis)
  try {
    const signal = AbortSignal.timeout(options.stepMillisMax)
    return { name, state: 'ok', found: await run({ ...options, signal }), millis: millis() }
  } catch (error) {
    return { name, state: 'fail', millis: millis(), ...told(error as Error, options) }
  }
}

function append({ client, stream, runId, now, signal }: Asking) {
  const events = Array.from({ length: count }, (_, n) => ({
    '@time': new Date(now.getTime() + n).toISOString(),
    ...{ message: 'smoke test', run: runId, n },
  }))
  return client.append(stream, events, { key: runId, signal })
}

/** What is wrong, and what helps, in one line each. */
function told(error: Error, { stepMillisMax }: SmokeOptions): Pick<Step, 'found' | 'advice'> {
  if (error instanceof AssertionError) {
    const { actual, expected } = error
    const found = error.generatedMessage
      ? `found ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`
      : error.message
    return { found, advice: 'the archive answers wrongly: run `varve verify` on its store' }
  }
  if (error.name === 'TimeoutError') {
    return { found: `no answer in ${stepMillisMax} ms`, advice: 'look at the log of the function' }
  }
  if (!(error instanceof ArchiveClientError)) throw error
  const found = `${error.status === 0 ? '' : `HTTP ${error.status}: `}${error.message}`
  const advice = adviceOf(error.status)
  return { found, ...(advice && { advice }) }
}

function adviceOf(status: number): string | undefined {
  if (status === 0) return 'is this the address? a stack tells its own as the output `Url`'
  if (status === 401 || status === 403) {
    return 'sign with --sigv4, as a role that grantIngest and grantRead were given, or --api-key'
  }
  if (status === 404) return 'is the stage part of the address, as in https://…/live/ ?'
  if (status === 429) return 'wait a little, and look whether the brigade runs'
  return status >= 500 ? 'look at the log of the function' : undefined
}
