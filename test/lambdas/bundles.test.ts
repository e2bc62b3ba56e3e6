import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { bundle, bundles } from '../../scripts/bundle.ts'
import { findMoto, startMoto } from '../store/moto.ts'
import { scheduled } from './brigade-calls.ts'
import { contextWith, proxyEvent } from './proxy-event.ts'
import { callStreaming, installStreamingRuntime } from './streaming-runtime.ts'

const moto = findMoto()
const where = moto ? 'S3' : 'a directory, as there is no S3 server here'
const folder = mkdtempSync(join(tmpdir(), 'varve-bundles-'))
let stop = async () => {}

before(async () => {
  process.env.VARVE_STORE = `file:${folder}/store`
  process.env.AWS_ACCESS_KEY_ID = 'test'
  process.env.AWS_SECRET_ACCESS_KEY = 'test'
  if (moto) {
    const server = await startMoto(moto, 'varve-lambdas')
    process.env.VARVE_STORE = `s3://varve-lambdas/some/prefix?endpoint=${server.endpoint}`
    stop = server.stop
  }
  installStreamingRuntime()
  for (const { output, bytes } of await Promise.all(bundles.lambda.map(bundle))) {
    mkdirSync(dirname(join(folder, output)), { recursive: true })
    writeFileSync(join(folder, output), bytes)
  }
})

after(async () => {
  await stop()
  rmSync(folder, { recursive: true, force: true })
})

test(`the bundles append, fold and answer on ${where}`, async () => {
  const [append, query, brigade] = await Promise.all(
    bundles.lambda.map(async plan => {
      const module = await import(pathToFileURL(join(folder, plan.output)).href)
      return module.handler
    }),
  )
  const minute = contextWith(60_000)
  const path = '/v1/streams/web/eu/events'
  const body = '{"message":"kept"}\n'
  const headers = { 'Content-Type': 'application/x-ndjson' }

  const stored = await append(proxyEvent({ method: 'POST', path, body, headers }), minute)
  const done = await brigade(scheduled, minute)
  const told = await callStreaming(query, proxyEvent({ method: 'GET', path }), minute)

  assert.equal(JSON.parse(stored.body).accepted, 1, stored.body)
  assert.equal(done.foldedEvents, 1)
  assert.match(told.body, /"message":"kept"/)
})

test('the bundle of the query function is small enough to start fast', async () => {
  const { bytes } = await bundle(bundles.lambda[1]!)

  assert.ok(bytes.length <= 600_000, `${bytes.length} bytes`)
})
