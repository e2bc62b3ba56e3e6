import assert from 'node:assert/strict'
import test from 'node:test'
import { createApp } from '../../lib/api/app.ts'
import { openArchive } from '../../lib/archive.ts'
import type { ErasureAnswer } from '../../lib/client/answers.ts'
import { ArchiveClient } from '../../lib/client/archive-client.ts'
import { defaultSettings } from '../../lib/core/settings.ts'
import { StillClock } from '../support/workplace.ts'
import { problemIn } from './fixture.ts'

/** Three events of two users in an archive in memory, served without a network. */
async function serveUsers() {
  const clock = new StillClock()
  const archive = await openArchive({ store: 'memory:', clock })
  const app = createApp({ archive, settings: defaultSettings, clock })
  const fetch = async (url: URL, init: RequestInit) => app.request(url, init)
  const client = new ArchiveClient({ url: 'http://archive', fetch })
  const post = async (body: unknown, headers: Record<string, string> = {}) =>
    await app.request('http://archive/v1/erase', {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'Content-Type': 'application/json', ...headers },
    })
  await client.append('user/ann', [{ n: 1 }, { n: 2 }])
  await client.append('user/bob', [{ n: 3 }])
  return { archive, client, clock, post }
}

/** Ids of the erasures in progress. */
async function idsOf(client: ArchiveClient): Promise<string[]> {
  return (await client.erasures()).map(({ id }) => id)
}

test('what is erased is in no answer at once, and has a certificate in the end', async () => {
  const { archive, client, clock } = await serveUsers()

  const { id, state, selection, masked } = await client.erase({ stream: 'user/ann' })

  assert.deepEqual([state, selection], ['masked', { stream: 'user/ann' }])
  assert.match(masked, /^2026-11-20T00:00:\d\d\.\d+Z$/)
  assert.equal((await client.count()).count, 1)
  assert.deepEqual(await idsOf(client), [id])
  await archive.brigadeOnce()
  assert.equal((await client.erasure(id)).state, 'collecting')
  clock.advance(16 * 60e3)
  await archive.brigadeOnce()
  const erased = await client.erasure(id)
  assert.equal(erased.state, 'erased')
  assert.equal(erased.certificate!.erasureId, id)
  assert.equal(erased.certificate!.replaced.count, 1)
  assert.deepEqual(await idsOf(client), [])
  assert.equal((await client.count()).count, 1)
})

test('the same request again is the same erasure, in progress and when it is done', async () => {
  const { archive, client, clock } = await serveUsers()
  const request = { id: 'case 7/ü', stream: 'user/*', q: 'n:1', to: '2026-12-01T00:00:00Z' }

  const first = await client.erase(request)
  const again = await client.erase(request)
  await archive.brigadeOnce()
  clock.advance(16 * 60e3)
  await archive.brigadeOnce()
  await client.append('user/ann', [{ n: 1 }])
  const late = await client.erase(request)

  assert.deepEqual(again, first)
  assert.equal(first.selection!.to, '2026-12-01T00:00:00.000000Z')
  assert.deepEqual([late.id, late.state], ['case 7/ü', 'erased'])
  assert.equal((await client.count({ q: 'n:1' })).count, 1, 'what came later is not of it')
  await assert.rejects(client.erase({ ...request, q: 'n:2' }), { status: 409, code: 'conflict' })
})

test('a dry run counts and erases nothing', async () => {
  const { client, post } = await serveUsers()

  const answer = await post({ stream: 'user/ann', dry_run: 1 })

  const { dryRun, count, end } = (await answer.json()) as Record<string, unknown>
  assert.deepEqual([answer.status, dryRun, count], [200, true, 2])
  assert.equal((end as { complete: boolean }).complete, true)
  assert.equal((await client.count()).count, 3)
  assert.deepEqual(await client.erasures(), [])
})

test('a legal hold refuses an erasure as a whole and is named', async () => {
  const { archive, client, post } = await serveUsers()
  await archive.addHold({ id: 'case 7', selection: { stream: 'user/bob' }, reason: 'litigation' })

  const refused = await post({ stream: 'user/*' })

  assert.equal(refused.status, 409)
  const { code, detail } = await problemIn(refused)
  assert.equal(code, 'conflict')
  assert.match(detail, /may take events under legal hold case 7 \(litigation\)/)
  assert.equal((await client.count()).count, 3)
  assert.equal((await client.erase({ stream: 'user/ann' })).state, 'masked')
  await archive.releaseHold('case 7')
  assert.equal((await client.erase({ stream: 'user/*' })).state, 'masked')
})

test('everything goes only when that is said', async () => {
  const { client } = await serveUsers()

  await assert.rejects(client.erase({}), { status: 400, message: /nothing is selected/ })
  assert.equal((await client.count()).count, 3)
  await client.erase({ everything: true })

  assert.equal((await client.count()).count, 0)
})

const wrong: readonly (readonly [body: unknown, detail: RegExp])[] = [
  ['', /body is not JSON/],
  [['user/ann'], /must be a JSON object/],
  // A name that is misspelled may not widen what is erased.
  [{ q: 'n:1', steam: 'user/ann' }, /steam/],
  [{ stream: 'user/ann', all: true }, /member all must be/],
  [{ stream: 'user/ann', all: 'yes' }, /all/],
  [{ stream: 'a b' }, /stream/],
  [{ q: '(n:1' }, /query|\(/],
  [{ from: 'never' }, /from/],
  [{ from: '2026-11-20T00:00:00Z', to: '2026-11-20T00:00:00Z' }, /range|after|to/],
  // Nor may a value that was forgotten.
  [{ q: 'n:1', stream: '' }, /parameter stream is empty/],
  [{ q: ' ', stream: 'user/ann' }, /parameter q is empty/],
  [{ stream: 'user/ann', from: '' }, /parameter from is empty/],
  [{ stream: 'user/ann', id: '' }, /parameter id is empty/],
  [{ stream: 'user/ann', id: 'x'.repeat(1000) }, /id of an erasure has 1 to/],
]
for (const [body, detail] of wrong) {
  const shown = JSON.stringify(body).slice(0, 60)
  test(`POST /v1/erase of ${shown} is refused and erases nothing`, async () => {
    const { client, post } = await serveUsers()

    const refused = await post(body)

    assert.equal(refused.status, 400)
    assert.match((await problemIn(refused)).detail, detail)
    assert.deepEqual(await client.erasures(), [])
    assert.equal((await client.count()).count, 3)
  })
}

test('a page of another origin may not erase', async () => {
  const { client, post } = await serveUsers()

  const refused = await post({ stream: 'user/ann' }, { Origin: 'https://elsewhere.example' })

  assert.equal(refused.status, 403)
  assert.equal((await client.count()).count, 3)
})

test('an erasure that nobody asked for is missing', async () => {
  const { client } = await serveUsers()

  const asked: Promise<ErasureAnswer> = client.erasure('case 8')

  await assert.rejects(asked, { status: 404, message: /no erasure of the id case 8/ })
})
