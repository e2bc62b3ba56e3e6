import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { openArchive } from '../../lib/archive.ts'
import type { AnswerEnd } from '../../lib/client/answers.ts'
import { findMoto, startMoto } from '../store/moto.ts'
import { type Deployment, deploy, type Synthesised, synthesise } from './deployment.ts'
import { type InvokeApi, startInvokeApi } from './invoke-api.ts'

const moto = findMoto()
const folder = mkdtempSync(join(tmpdir(), 'varve-scan-'))
const place = moto ? 'S3' : 'a directory, as there is no S3 server here'
const eventCount = 96_000

/** Questions that no index helps with: every frame must be looked through. */
const questions = [
  '/v1/count?q=note:/xy%5B0-9%5D/',
  '/v1/histogram?interval=hour&q=note:/xy%5B0-9%5D/',
  '/v1/fields/n/values?q=note:/xy%5B0-9%5D/',
  '/v1/search?limit=100000&order=asc&q=note:/a/',
  '/v1/search?limit=20&q=note:/abcd%5B0-9%5D/',
]

/** An archive of some 50 MB as it is stored: each event has 400 bytes that nothing compresses. */
async function fill(store: string): Promise<void> {
  const archive = await openArchive({ store })
  const batchEvents = 8000
  for (let start = 0; start < eventCount; start += batchEvents) {
    const lines = Array.from({ length: batchEvents }, (_, i) => {
      const hash = createHash('shake256', { outputLength: 400 }).update(String(start + i))
      const time = new Date(Date.UTC(2026, 8, 1) + (start + i) * 1000).toISOString()
      const id = i % 9 === 0 ? { '@id': `id-${i % 500}` } : {}
      return JSON.stringify({ '@time': time, ...id, n: i % 7, note: hash.digest('base64') })
    })
    await archive.append({ stream: `web/${start % 3}`, lines: Buffer.from(lines.join('\n')) })
  }
  await archive.brigadeOnce()
  await archive.close()
}

describe(`heavy questions to the functions, on ${place}`, () => {
  let store = `file:${folder}`
  let synthesised: Synthesised
  let alone: readonly Answer[]
  let stop = async () => {}

  before(async () => {
    if (moto) {
      const server = await startMoto(moto, 'varve-scan')
      stop = server.stop
      store = 's3://varve-scan'
      process.env.AWS_ENDPOINT_URL_S3 = server.endpoint
      process.env.AWS_ACCESS_KEY_ID = 'test'
      process.env.AWS_SECRET_ACCESS_KEY = 'test'
    }
    await fill(store)
    synthesised = await synthesise()
    alone = await answersOf({})
  })

  after(async () => {
    await stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test('are answered without the scan function where there is none', () => {
    for (const { end } of alone) assert.equal(end.receipt.scans, undefined)
    assert.ok(alone[3]!.lines.length > eventCount / 2)
    assert.ok(alone[0]!.end.receipt.bytesRead > 32 * 2 ** 20)
  })

  test('have the same answers by calls of it, and say what those cost', async () => {
    const { answers, statuses } = await answersWith(3)

    assert.deepEqual(answers.map(linesOf), alone.map(linesOf))
    for (const { end } of answers.slice(0, 4)) {
      assert.ok(end.receipt.scans!.calls > 3, JSON.stringify(end.receipt))
      assert.ok(end.receipt.scans!.gigabyteSeconds > 0)
      assert.deepEqual(end.warnings, [])
    }
    assert.ok(statuses.includes(200))
    assert.ok(statuses.every(status => status === 200 || status === 429))
  })

  test('have the same answers where no call of it is let through', async () => {
    const { answers, statuses } = await answersWith(0)

    assert.deepEqual(answers.map(linesOf), alone.map(linesOf))
    assert.ok(statuses.length > 0 && statuses.every(status => status === 429))
    for (const { end } of answers)
      assert.deepEqual([end.warnings, end.receipt.scans], [[], undefined])
  })

  test('have the same answers and a warning where it is not there', async () => {
    const answers = await answersOf({
      VARVE_SCAN_URL: 'http://127.0.0.1:9/functions/x/invocations',
    })

    assert.deepEqual(answers.map(linesOf), alone.map(linesOf))
    assert.match(answers[0]!.end.warnings[0]!.detail, /the scan function: it cannot be reached/)
  })

  async function answersWith(callsMax: number) {
    let deployment: Deployment | undefined
    const api: InvokeApi = await startInvokeApi(() => deployment!.functionOf('Scan'), callsMax)
    try {
      const answers = await answersOf({ VARVE_SCAN_URL: api.url }, made => {
        deployment = made
      })
      return { answers, statuses: api.statuses }
    } finally {
      api.close()
    }
  }

  async function answersOf(
    variables: Readonly<Record<string, string>>,
    use: (deployment: Deployment) => void = () => {},
  ): Promise<readonly Answer[]> {
    const { AWS_ENDPOINT_URL_S3 } = process.env
    const deployment = await deploy(synthesised, {
      VARVE_STORE: store,
      VARVE_SCAN_MEBIBYTES: '1769',
      ...(AWS_ENDPOINT_URL_S3 && { AWS_ENDPOINT_URL_S3 }),
      ...variables,
    })
    use(deployment)
    try {
      const answers: Answer[] = []
      for (const question of questions) answers.push(await ask(deployment.url + question))
      return answers
    } finally {
      deployment.close()
    }
  }
})

/** What an answer says, and how it ends. */
interface Answer {
  readonly lines: readonly string[]
  readonly end: AnswerEnd
}

async function ask(address: string): Promise<Answer> {
  const response = await fetch(address, {
    headers: { Accept: 'application/x-ndjson, application/json' },
  })
  const text = await response.text()
  assert.equal(response.status, 200, text)
  if (!response.headers.get('Content-Type')!.includes('ndjson')) {
    const { end, ...rest } = JSON.parse(text)
    return { lines: [JSON.stringify(rest)], end }
  }
  const lines = text.trimEnd().split('\n')
  return { lines: lines.slice(0, -1), end: JSON.parse(lines.at(-1)!)._end }
}

function linesOf({ lines }: Answer): readonly string[] {
  return lines
}
