import assert from 'node:assert/strict'
import { startServer } from '../../lib/api/local-server.ts'
import { openArchive } from '../../lib/archive.ts'
import { ArchiveClient } from '../../lib/client/archive-client.ts'
import { contextWith, proxyEvent } from '../lambdas/proxy-event.ts'
import { callStreaming, installStreamingRuntime } from '../lambdas/streaming-runtime.ts'
import { varve } from './program.ts'

/** What is asked, in the parameters of the HTTP API. */
export interface Asked {
  readonly q: string
  readonly stream: string
  readonly from?: string
  readonly to?: string
}

/** Every way to ask an archive; an answer is all its events as lines of JSON. */
export interface Ways {
  readonly url: string
  readonly client: ArchiveClient
  readonly byClient: Way
  readonly byFetch: Way
  readonly byLambda: Way
  readonly byCommand: Way
  /** Another address than a search, through API Gateway. */
  readonly callLambda: CallLambda
  close(): Promise<void>
}

type Way = (asked: Asked) => Promise<readonly string[]>
type CallLambda = (path: string, query: Readonly<Record<string, string>>) => Promise<string>

const limit = '1000000'

/** Opens a real server on a free port and the handler of the query function beside it. */
export async function openWays(store: string): Promise<Ways> {
  const archive = await openArchive({ store })
  const server = await startServer({ archive, port: 0 })
  const client = new ArchiveClient({ url: server.url })
  const callLambda = await lambdaOn(store)
  return {
    url: server.url,
    client,
    callLambda,
    byClient: asked =>
      Array.fromAsync(client.search({ ...asked, limit: Number(limit), order: 'asc' }).lines()),
    byFetch: asked => searchByFetch(server.url, asked),
    byLambda: async asked => {
      const { events, end } = JSON.parse(await callLambda('/v1/search', { ...asked, limit }))
      assert.equal(end.complete, true)
      return events.map((event: object) => JSON.stringify(event))
    },
    byCommand: asked => searchByCommand(store, asked),
    async close() {
      await server.close()
      await archive.close()
    },
  }
}

/** The options of a command that asks the same. */
export function wordsOf({ q, stream, from, to }: Asked): readonly string[] {
  const range = [...(from ? ['--from', from] : []), ...(to ? ['--to', to] : [])]
  return ['--stream', stream, ...range, '--quiet', '--', q]
}

async function searchByCommand(store: string, asked: Asked): Promise<readonly string[]> {
  const { exitCode, stdout, stderr } = await varve(['search', '--store', store, ...wordsOf(asked)])
  assert.equal(stderr, '')
  assert.equal(exitCode, stdout === '' ? 1 : 0, 'exit status: 0 found, 1 nothing')
  return linesOf(stdout)
}

async function searchByFetch(url: string, asked: Asked): Promise<readonly string[]> {
  const response = await fetch(`${url}/v1/search?${new URLSearchParams({ ...asked, limit })}`, {
    headers: { Accept: 'application/x-ndjson' },
  })
  assert.equal(response.headers.get('Content-Type'), 'application/x-ndjson')
  const lines = linesOf(await response.text())
  const { _end: end } = JSON.parse(lines.at(-1)!)
  assert.deepEqual([end.complete, end.cursor, end.damage], [true, null, []])
  return lines.slice(0, -1)
}

/** The handler reads its store from the environment when it is first called. */
async function lambdaOn(store: string): Promise<CallLambda> {
  process.env.VARVE_STORE = store
  installStreamingRuntime()
  const { handler } = await import('../../lambdas/query.ts')
  return async (path, query) => {
    const call = proxyEvent({ method: 'GET', path, query: Object.entries(query) })
    const { statusCode, body } = await callStreaming(handler, call, contextWith(60_000))
    assert.equal(statusCode, 200, body)
    return body
  }
}

function linesOf(text: string): string[] {
  return text.split('\n').slice(0, -1)
}
