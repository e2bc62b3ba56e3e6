import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { signedHeaders } from '../../lib/access/sign-request.ts'
import { ArchiveClient } from '../../lib/client/archive-client.ts'
import { type Step, smoke } from '../../scripts/smoke/steps.ts'
import { type Served, serveHere } from '../acceptance/served.ts'

const program = fileURLToPath(new URL('../../scripts/smoke.ts', import.meta.url))
const names = ['append', 'append again', 'read', 'search', 'count', 'histogram', 'refusal']

async function served<T>(use: (served: Served) => Promise<T>): Promise<T> {
  const archive = await serveHere('memory:')
  try {
    return await use(archive)
  } finally {
    await archive.close()
  }
}

function run(words: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [program, ...words], {
    env: { PATH: process.env.PATH, ...env },
  })
  const written = { stdout: '', stderr: '' }
  child.stdout.on('data', text => (written.stdout += text))
  child.stderr.on('data', text => (written.stderr += text))
  return new Promise<typeof written & { exitCode: number | null }>(resolve =>
    child.on('close', exitCode => resolve({ ...written, exitCode })),
  )
}

function steps(client: ArchiveClient, stepMillisMax = 30_000): Promise<Step[]> {
  const runId = crypto.randomUUID()
  return Array.fromAsync(smoke({ client, stream: 's', runId, now: new Date(), stepMillisMax }))
}

/** A client of the archive whose answers someone changes. */
function tampered({ url }: Served, change: (path: string, text: string) => string): ArchiveClient {
  return new ArchiveClient({
    url,
    async fetch(to, init) {
      const answer = await fetch(to, init)
      return new Response(change(to.pathname, await answer.text()), answer)
    },
  })
}

test('every step of a sound archive is well, run after run, folded or not', () =>
  served(async ({ url, fold, client }) => {
    const first = await run(['--url', url])
    await fold()
    const second = await run(['--url', url, '--json'])

    assert.deepEqual([first.exitCode, first.stderr, second.exitCode], [0, '', 0])
    const lines = first.stdout.trimEnd().split('\n')
    assert.deepEqual(
      lines.map(line => line.slice(9, 21).trim()),
      names,
    )
    assert.ok(
      lines.every(line => /^ok .* \d+ ms {2}\S/.test(line)),
      first.stdout,
    )
    const told = second.stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
    assert.deepEqual(
      told.map(step => [step.name, step.state]),
      names.map(name => [name, 'ok']),
    )
    assert.equal((await client.count({ stream: 'varve/smoke' })).count, 6)
  }))

test('an archive that loses or doubles an event fails at the step that shows it', () =>
  served(async archive => {
    const loses = await steps(
      tampered(archive, (path, text) =>
        path.endsWith('/events') ? text.replace(/^.*"n":1\}\n/m, '') : text,
      ),
    )
    const doubles = await steps(
      tampered(archive, (path, text) => (path === '/v1/count' ? text.replace('3', '4') : text)),
    )

    assert.deepEqual(
      loses.map(step => step.state),
      ['ok', 'ok', 'fail', ...Array(4).fill('skipped')],
    )
    assert.match(loses[2]!.found, /found \[2,0\], expected \[2,1,0\]/)
    assert.match(loses[2]!.advice!, /varve verify/)
    assert.deepEqual(doubles.map(step => step.state).indexOf('fail'), names.indexOf('count'))
  }))

test('who is not let in, or finds nobody, is told what to do', async () => {
  const answering = (status: number) =>
    new ArchiveClient({
      url: 'http://archive',
      fetch: async () => new Response('{"message":"Missing Authentication Token"}', { status }),
    })
  const silent = new ArchiveClient({ url: 'http://archive', fetch: () => Promise.reject('no') })
  const slow = new ArchiveClient({
    url: 'http://archive',
    fetch: (_, { signal }) =>
      new Promise((_resolve, reject) => {
        signal!.addEventListener('abort', () => reject(signal!.reason))
      }),
  })

  const [first] = await steps(answering(403))
  const found = [
    first!,
    ...(await Promise.all([steps(answering(502)), steps(silent), steps(slow, 20)])).map(
      all => all[0]!,
    ),
  ]

  assert.ok(found.every(step => step.state === 'fail'))
  assert.match(first!.found, /^HTTP 403: .*Missing Authentication Token/)
  assert.match(first!.advice!, /--sigv4/)
  assert.match(found[1]!.advice!, /log of the function/)
  assert.match(found[2]!.found, /did not answer/)
  assert.match(found[3]!.found, /no answer in 20 ms/)
})

for (const [words, says] of [
  [[], /--url is missing/],
  [['--url', 'here'], /expected an address/],
  [['--url', 'http://localhost:1', '--sigv4'], /add --region/],
  [['--url', 'http://localhost:1', '--sigv4', '--region', 'x'], /export-credentials/],
  [['--url', 'http://localhost:1', '--sigv4', '--api-key', 'k'], /exclude each other/],
] as const) {
  test(`smoke ${words.join(' ')} cannot begin and says why`, async () => {
    const { exitCode, stderr } = await run(words)

    assert.equal(exitCode, 2)
    assert.match(stderr, says)
  })
}

test('requests go out signed, or with the key', async () => {
  const heard: IncomingHttpHeaders[] = []
  const server = createServer((request, response) => {
    heard.push(request.headers)
    response.writeHead(403).end('{}')
  }).listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/live/`
  const signer = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 's', AWS_SESSION_TOKEN: 't' }

  const signed = await run(['--url', url, '--sigv4', '--region', 'eu-central-1'], signer)
  const keyed = await run(['--url', url, '--api-key', 'secret'])
  server.close()

  assert.deepEqual([signed.exitCode, keyed.exitCode], [1, 1])
  assert.match(
    heard[0]!.authorization!,
    /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-central-1\/execute-api\/aws4_request, SignedHeaders=host;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}$/,
  )
  assert.equal(heard[0]!['x-amz-security-token'], 't')
  assert.equal(heard[1]!.authorization, 'Bearer secret')
})

/** Of the test suite that AWS published for Signature Version 4. */
const vectors: readonly (readonly [
  name: string,
  method: string,
  path: string,
  signature: string,
])[] = [
  ['get-vanilla', 'GET', '/', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
  [
    'get-vanilla-query-order-key-case',
    'GET',
    '/?Param2=value2&Param1=value1',
    'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  ],
  ['post-vanilla', 'POST', '/', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
]
for (const [name, method, path, signature] of vectors) {
  test(`${name} is signed as AWS signs it`, () => {
    const { Authorization } = signedHeaders(
      { method, url: new URL(path, 'https://example.amazonaws.com') },
      { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' },
      { region: 'us-east-1', service: 'service' },
      new Date('2015-08-30T12:36:00Z'),
    )

    assert.equal(Authorization!.split('Signature=')[1], signature)
  })
}
