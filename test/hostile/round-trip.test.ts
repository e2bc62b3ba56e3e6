import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { startServer } from '../../lib/api/local-server.ts'
import { type Archive, openArchive } from '../../lib/archive.ts'
import { ArchiveClient } from '../../lib/client/archive-client.ts'
import { compileFilter } from '../../lib/query/event-filter.ts'
import { requireQuery } from '../../lib/query/parse-query.ts'
import { varve } from '../acceptance/program.ts'
import { keptEvents, refusedEvents } from './naughty-events.ts'

const folder = mkdtempSync(join(tmpdir(), 'varve-naughty-'))
const store = `file:${join(folder, 'archive')}`
const body = keptEvents.join('\n')
let archive: Archive
let server: Awaited<ReturnType<typeof startServer>>
let client: ArchiveClient

before(async () => {
  archive = await openArchive({ store })
  server = await startServer({ archive, port: 0 })
  client = new ArchiveClient({ url: server.url })
})

after(async () => {
  await server.close()
  await archive.close()
  rmSync(folder, { recursive: true, force: true })
})

/** What stands behind the members that the archive puts before an event. */
function ownMembers(line: string): string {
  return line.replace(/^\{"@time":"[^"]*","@stream":"[^"]*","@id":"[^"]*",?/, '')
}

const expected = keptEvents.map(event => event.replace(/^\{/, '')).sort()

async function stored(stream: string): Promise<string[]> {
  const lines = await Array.fromAsync(client.read(stream, { limit: 1_000_000 }).lines())
  return lines.map(ownMembers).sort()
}

test('hostile events come back byte for byte, whatever door they came in by', async () => {
  const file = join(folder, 'events.ndjson')
  await writeFile(file, body)

  const headers = { 'Content-Type': 'application/x-ndjson' }
  await fetch(`${server.url}/v1/streams/by/fetch/events`, { method: 'POST', body, headers })
  await client.append('by/client', body)
  const appended = await varve(['append', 'by/command', '--store', store, '--quiet'], body)
  const imported = await varve(['import', file, '--stream', 'by/import', '--store', store])

  assert.equal(appended.exitCode, 0, appended.stderr)
  assert.equal(imported.exitCode, 0, imported.stderr)
  for (const door of ['fetch', 'client', 'command', 'import']) {
    assert.deepEqual(await stored(`by/${door}`), expected, door)
  }
})

test('folded and compacted they are the same, to every reader', async () => {
  await archive.brigadeOnce()

  const exported = await varve(['export', '--stream', 'by/client', '--store', store, '--quiet'])

  assert.deepEqual(await stored('by/client'), expected)
  const lines = exported.stdout.split('\n').slice(0, -1)
  assert.deepEqual(lines.map(ownMembers).sort(), expected)
})

test('queries about them find what a look at each event finds', async () => {
  const queries = [
    ...['polluted', '__proto__.polluted:true', 'n:18446744073709551616', 'm:9007199254740993'],
    ...['n:>1e19', 'z:0', 'e:>1e308', 'lone:*', 'pair:😀', 'a.b:2', '"OR 1=1"', 'path:etc'],
    ...['html:"<script>"', 'wide.k2999:2999', 'd:1', 'i:>=0', '_end:*', '"../../etc/passwd"'],
  ]
  const lines = await Array.fromAsync(archive.search({ stream: 'by/client' }), hit => hit.line)
  for (const query of queries) {
    const filter = compileFilter(requireQuery(query))
    const wanted = lines.filter(line => filter.matches(line, 0, line.length)).length
    assert.equal((await archive.count({ stream: 'by/client', query })).count, wanted, query)
  }
})

test('what is no event, or names no stream, is refused line by line', async () => {
  for (const event of refusedEvents) {
    const lines = Buffer.concat([
      Buffer.from('{"good":1}\n'),
      Buffer.from(event),
      Buffer.from('\n'),
    ])
    const answer = await client.append('refused', Uint8Array.from(lines))
    assert.deepEqual([answer.accepted, answer.rejected], [1, 1], String(event).slice(0, 60))
    assert.equal(answer.errors[0]!.line, 2)
  }
  const { count } = await client.count({ stream: 'refused' })
  assert.equal(count, refusedEvents.length)
})
