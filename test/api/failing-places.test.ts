import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { startServer } from '../../lib/api/local-server.ts'
import { type Archive, openArchive } from '../../lib/archive.ts'
import { type Clock, systemClock } from '../../lib/core/clock.ts'
import { isFault } from '../../lib/operate/finding.ts'
import { type TroubleCode, troubleFiles } from '../support/faulty-files.ts'

/** A place in trouble: what begins it, what ends it, and what its errors say. */
interface Trouble {
  readonly message: RegExp
  begin(directory: string): Promise<() => Promise<void>>
}

const injected = (code: TroubleCode, message: RegExp): Trouble => ({
  message,
  begin: async directory => {
    const end = troubleFiles(code, directory)
    return async () => end()
  },
})

const troubles: Readonly<Record<string, Trouble>> = {
  'a full disk, as if': injected('ENOSPC', /the disk is full/),
  'a disk that became read-only, as if': injected('EROFS', /read-only/),
  'permission denied, as if': injected('EACCES', /this user may not do that/),
  'too many open files, as if': injected('EMFILE', /too many files open/),
  'a directory that was moved away': {
    message: /the directory is gone/,
    begin: async directory => {
      const away = `${directory}.away`
      await rename(directory, away)
      return () => rename(away, directory)
    },
  },
  'a directory that was emptied and came back': {
    message: /the directory is gone/,
    begin: async directory => {
      const away = `${directory}.away`
      await rename(directory, away)
      await mkdir(directory)
      return async () => {
        await rm(directory, { recursive: true })
        await rename(away, directory)
      }
    },
  },
}

for (const [what, trouble] of Object.entries(troubles)) {
  test(`${what}: 503, nothing lost, and it goes on without restart`, async t => {
    const parent = await mkdtemp(join(tmpdir(), 'varve-places-'))
    t.after(() => rm(parent, { recursive: true, force: true }))
    await tellStory(join(parent, 'archive'), trouble)
  })
}

test('a disk that is really full, and then read-only, is the same', async (t: TestContext) => {
  const parent = await mkdtemp(join(tmpdir(), 'varve-disk-'))
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', parent])
  t.after(async () => {
    spawnSync('umount', ['-l', parent])
    await rm(parent, { recursive: true, force: true })
  })
  if (mounted.status !== 0) return t.skip('this user may not mount a disk')
  await tellStory(join(parent, 'archive'), {
    message: /the disk is full/,
    begin: async () => {
      await writeFile(join(parent, 'filler'), Buffer.alloc(3 * 2 ** 20)).catch(() => undefined)
      return () => truncate(join(parent, 'filler'))
    },
  })
  await tellStory(join(parent, 'other'), {
    message: /read-only/,
    begin: async () => {
      let done = remount(parent, 'ro')
      // A file that is open at this moment keeps a disk from it.
      for (let i = 0; i < 100 && done.status !== 0; i++) {
        await systemClock.sleep(10)
        done = remount(parent, 'ro')
      }
      assert.equal(done.status, 0, String(done.stderr))
      return async () => void remount(parent, 'rw')
    },
  })
})

function remount(path: string, how: string) {
  return spawnSync('mount', ['-o', `remount,${how}`, path])
}

test('a clock that is set back a day, and put right again, loses and hides nothing', async t => {
  const parent = await mkdtemp(join(tmpdir(), 'varve-clock-'))
  let offMicros = 0
  const clock: Clock = { ...systemClock, nowMicros: () => systemClock.nowMicros() + offMicros }
  const served = await serve(join(parent, 'archive'), clock)
  t.after(async () => {
    await served.close()
    await rm(parent, { recursive: true })
  })
  for (const micros of [0, -24 * 3600e6, 0]) {
    offMicros = micros
    await append(served)
    await append(served)
    // Who takes answers of a minute ago does not get them of tomorrow.
    for (const freshness of ['', '&freshness=60s']) await assertAll(served, freshness)
    await append(served)
    await assertFolded(served)
    await assertAll(served)
  }
  assert.deepEqual((await Array.fromAsync(served.archive.verify())).filter(isFault), [])
})

interface Served {
  readonly url: string
  readonly archive: Archive
  /** Events that were acknowledged, and all that were sent. */
  readonly acked: Set<number>
  readonly sent: Set<number>
  close(): Promise<void>
}

/** Before, during and after the trouble, one server. */
async function tellStory(directory: string, trouble: Trouble): Promise<void> {
  const served = await serve(directory)
  await play(served, directory, trouble).finally(served.close)
  const findings = await Array.fromAsync(served.archive.verify())
  assert.deepEqual(findings.filter(isFault), [])
}

async function play(served: Served, directory: string, trouble: Trouble): Promise<void> {
  for (let i = 0; i < 4; i++) await append(served)
  await assertFolded(served)
  await append(served)

  const end = await trouble.begin(directory)
  let refused = 0
  try {
    for (let i = 0; i < 6; i++) refused += await appendInTrouble(served, trouble)
    await assertAnswersOrRefuses(served, trouble)
  } finally {
    await end()
  }
  assert.ok(refused > 0, 'nothing was refused')

  for (let i = 0; i < 3; i++) await append(served)
  await assertAll(served)
  await assertFolded(served)
  await assertAll(served)
}

/** A server with a brigade that does not wait. */
async function serve(directory: string, clock: Clock = systemClock): Promise<Served> {
  const settings = { groupCommitMillis: 1, foldWaitMillis: 0, brigadePauseMillis: 10 }
  const archive = await openArchive({ store: `file:${directory}`, clock, settings })
  const server = await startServer({ archive, port: 0 })
  const stop = new AbortController()
  const working = archive.brigade(stop.signal)
  const close = async () => {
    stop.abort()
    await server.close()
    await working
    await archive.close()
  }
  return { url: server.url, archive, acked: new Set(), sent: new Set(), close }
}

/** An event of its own, under a key of its own. */
async function send({ url, sent }: Served, n: number): Promise<Response> {
  sent.add(n)
  return await fetch(`${url}/v1/streams/s/events`, {
    method: 'POST',
    headers: { 'Idempotency-Key': `event-${n}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ n, '@id': String(n), text: 'x'.repeat(2000) }),
  })
}

async function append(served: Served): Promise<void> {
  const n = served.sent.size
  const answer = await send(served, n)
  assert.equal(answer.status, 200, await answer.text())
  served.acked.add(n)
}

/** How many were refused. */
async function appendInTrouble(served: Served, { message }: Trouble): Promise<number> {
  const n = served.sent.size
  const answer = await send(served, n)
  if (answer.status !== 200) {
    await assertRefused(answer, message)
    return 1
  }
  served.acked.add(n)
  return 0
}

async function assertRefused(answer: Response, message: RegExp): Promise<void> {
  const problem = await answer.json()
  assert.equal(answer.status, 503, JSON.stringify(problem))
  assert.equal(problem.code, 'unavailable')
  assert.match(problem.detail, message)
  assert.ok(Number(answer.headers.get('Retry-After')) >= 1)
}

async function assertAnswersOrRefuses(served: Served, { message }: Trouble): Promise<void> {
  for (const path of ['/v1/health', '/v1/count', '/v1/search?limit=1000']) {
    const answer = await fetch(served.url + path)
    if (answer.status !== 200) await assertRefused(answer, message)
    else if (path.startsWith('/v1/search')) checkEvents(served, await answer.json())
  }
}

interface Answer {
  readonly events: readonly { readonly n: number }[]
  readonly end: { readonly damage: readonly unknown[]; readonly complete: boolean }
}

/** Every acknowledged event once; of the others that were sent none or one. */
function checkEvents({ acked, sent }: Served, { events, end }: Answer): void {
  const found = events.map(({ n }) => n)
  assert.deepEqual([end.damage, end.complete], [[], true])
  assert.equal(new Set(found).size, found.length, 'an event is there twice')
  assert.deepEqual(
    [...acked].filter(n => !found.includes(n)),
    [],
    'acknowledged and lost',
  )
  assert.ok(found.every(n => sent.has(n)))
}

async function assertAll(served: Served, parameters = ''): Promise<void> {
  const answer = await fetch(`${served.url}/v1/search?limit=1000${parameters}`)
  assert.equal(answer.status, 200)
  checkEvents(served, (await answer.json()) as Answer)
}

/** The brigade goes on by itself. */
async function assertFolded({ archive }: Served): Promise<void> {
  for (let i = 0; i < 1000; i++) {
    if ((await archive.stat()).tail.objects === 0) return
    await systemClock.sleep(10)
  }
  assert.fail('the tail is not folded')
}
