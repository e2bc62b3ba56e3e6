import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ArchiveMaker } from '../support/make-archive.ts'
import { archiveShapes, makeArchive } from '../support/random-archive.ts'
import { expectedOf, readerSettings } from '../support/random-question.ts'
import { readerOf } from '../support/read-archive.ts'

test('every event is found by its id, between its neighbours', async () => {
  const around = fc.integer({ min: 0, max: 4 })
  const inputs = [archiveShapes, fc.nat(), around, around, readerSettings] as const
  await fc.assert(
    fc.asyncProperty(...inputs, async (shape, chosen, before, after, settings) => {
      const newestFirst = expectedOf(shape, { order: 'desc' })
      const id = newestFirst[chosen % newestFirst.length]?.id
      if (id === undefined) return
      const found = newestFirst.find(each => each.id === id)!
      const { stream } = found.event
      const timeline = expectedOf(shape, { order: 'asc', stream }).map(each => each.line)
      const at = timeline.indexOf(found.line)
      const reader = readerOf((await makeArchive(shape)).store, settings)

      const answer = await reader.context({ id, before, after })
      const withStream = await reader.context({ id, stream })

      assert.equal(answer.event.line.toString(), found.line)
      assert.equal(answer.event.id, id)
      const shown = [...answer.before, answer.event, ...answer.after]
      assert.deepEqual(
        shown.map(hit => hit.line.toString()),
        timeline.slice(Math.max(0, at - before), at + after + 1),
      )
      assert.equal(withStream.event.line.toString(), found.line)
    }),
    { numRuns: 200 },
  )
})

test('an @id may look like a derived one or hold any character', async () => {
  const maker = new ArchiveMaker()
  const ids = ['00000000001ZZZZZZZZZZZZZ', 'a "b" \\', '*', '-x', '/', '日本']
  await maker.batch(ids.map((id, i) => ({ time: 100 + i, stream: 's', id })))
  const reader = readerOf(maker.store)

  for (const id of ids) assert.equal((await reader.context({ id })).event.id, id)
})

test('an id that nobody has is missing, and damage is owned up to', async () => {
  const maker = new ArchiveMaker()
  const { key } = await maker.batch([{ time: 1, stream: 's', id: 'a' }])
  const reader = readerOf(maker.store)

  const missing = { code: 'missing', message: /^no event has the id b$/ }
  await assert.rejects(reader.context({ id: 'b' }), missing)
  const { bytes, etag } = (await maker.store.get(key))!
  bytes[20]! ^= 1
  await maker.store.replace(key, bytes, etag)
  const unread = { code: 'missing', message: /as far as the archive can be read/ }
  await assert.rejects(readerOf(maker.store).context({ id: 'a' }), unread)
})

test('ids and numbers that cannot be meant are invalid', async () => {
  const reader = readerOf(new ArchiveMaker().store, { contextEventsMax: 3 })

  await assert.rejects(reader.context({ id: '' }), { code: 'invalid' })
  await assert.rejects(reader.context({ id: 'a', before: -1 }), { code: 'invalid' })
  await assert.rejects(reader.context({ id: 'a', after: 4 }), { code: 'invalid' })
})
