import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { ArchiveClient } from '../../lib/client/client.ts'
import { smoke } from '../../scripts/smoke/steps.ts'
import { refusesBadRequests } from '../acceptance/bad-requests.ts'
import { storesOnce } from '../acceptance/once.ts'
import type { Served } from '../acceptance/served.ts'
import { answersWithEngine } from '../api/real-archive.ts'
import { scheduled } from '../lambdas/brigade-calls.ts'
import { findMoto, startMoto } from '../store/moto.ts'
import { deploy, type Synthesised, synthesise } from './deployment.ts'
import { hasNativePart } from './runtime-client.ts'

const moto = findMoto()
const client = `runtime client ${hasNativePart ? 'as it is' : 'without its native part'}`
const place = moto ? 'S3' : 'a directory, as there is no S3 server here'
const folder = mkdtempSync(join(tmpdir(), 'varve-runtime-'))
let home = `file:${folder}`
let archives = 0
let synthesised: Synthesised
let stop = async () => {}

/** A stack of its own for each archive, behind a gateway. */
async function serveByLambda(): Promise<Served> {
  const store = `${home}/${++archives}`
  const { AWS_ENDPOINT_URL_S3 } = process.env
  const deployment = await deploy(synthesised, {
    VARVE_STORE: store,
    ...(AWS_ENDPOINT_URL_S3 && { AWS_ENDPOINT_URL_S3 }),
  })
  return {
    ...{ store, url: deployment.url, client: new ArchiveClient({ url: deployment.url }) },
    fold: () => deployment.functionOf('Brigade').result(scheduled),
    close: async () => deployment.close(),
  }
}

describe(`functions under the ${client}, on ${place}`, () => {
  before(async () => {
    if (moto) {
      const server = await startMoto(moto, 'varve-runtime')
      stop = server.stop
      home = 's3://varve-runtime'
      process.env.AWS_ENDPOINT_URL_S3 = server.endpoint
      process.env.AWS_ACCESS_KEY_ID = 'test'
      process.env.AWS_SECRET_ACCESS_KEY = 'test'
    }
    synthesised = await synthesise()
  })

  after(async () => {
    await stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test('the smoke test of a deployment is well', async () => {
    const { client, close } = await serveByLambda()
    const given = { client, stream: 'varve/smoke', runId: crypto.randomUUID(), now: new Date() }
    const steps = await Array.fromAsync(smoke({ ...given, stepMillisMax: 60_000 }))
    await close()

    const failed = steps.filter(step => step.state !== 'ok')
    assert.deepEqual(failed, [])
  })

  describe('a client of the API', () => answersWithEngine(serveByLambda))
  describe('what arrives more than once', () => storesOnce(serveByLambda))
  describe('over HTTP', () =>
    // The gateway has no door for these, takes no body of that size, or looks at it itself.
    refusesBadRequests(serveByLambda, [
      ...['a wrong method', 'a body over the limit', 'no interval', 'an encoding that is unknown'],
      ...['a bomb of gzip', 'a bomb of zstd', 'half a body of gzip'],
      'a body that is not what Content-Encoding says',
    ]))

  test('a client that hangs up in the middle leaves the function whole', async context => {
    const { url, client, close } = await serveByLambda()
    context.after(close)
    await client.append('a', Array.from({ length: 20_000 }, (_, n) => `{"n":${n}}`).join('\n'))
    for (let hung = 0; hung < 15; hung++) {
      const answer = await fetch(`${url}/v1/search?limit=10000`)
      const reader = answer.body!.getReader()
      await reader.read()
      await reader.cancel()
      // A process that hangs is killed when its call has taken too long, minutes later.
      const { count } = await client.count({ signal: AbortSignal.timeout(60_000) })
      assert.equal(count, 20_000)
    }
  })

  test('what the gateway itself refuses is a problem, a long body apart, and no call', async () => {
    const { url, functionOf, close } = await deploy(synthesised, { VARVE_STORE: `file:${folder}` })
    const refusals: readonly (readonly [path: string, says: RegExp])[] = [
      ['/v1/histogram?q=x&interval=', /parameters: \[interval\]/],
      ['/v1/terms', /parameters: \[term\]/],
    ]
    for (const [path, says] of refusals) {
      const problem = await (await fetch(url + path)).json()

      assert.deepEqual([problem.status, problem.code, problem.errors], [400, 'invalid', []])
      assert.match(problem.detail, says)
    }
    const tooLong = Buffer.alloc(10 * 2 ** 20 + 1)
    const long = await fetch(`${url}/v1/events`, { method: 'POST', body: tooLong })
    assert.deepEqual([long.status, await long.json()], [413, { message: 'Request Too Long' }])
    assert.deepEqual(
      [functionOf('Query'), functionOf('Append')].flatMap(each => each.environments),
      [],
    )
    close()
  })
})
