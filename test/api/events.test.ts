import assert from 'node:assert/strict'
import test from 'node:test'
import { serveFake } from './fixture.ts'

test('an event is found by its id, with its neighbours where they are asked for', async () => {
  const { archive, ask, append } = serveFake()
  await append('{"n":0}\n{"n":1}', { 'Content-Type': 'application/x-ndjson' })
  for (const [i, hit] of archive.hits.entries()) Object.assign(hit, { id: `a/${i}` })

  const one = await ask('/v1/events/a%2F1')
  const around = await ask('/v1/events/a%2F1/context?before=1&after=0&stream=web/eu')
  const none = await ask('/v1/events/b')

  assert.match(await one.text(), /^\{"event":\{[^{]*"n":1\},\n"end":\{"complete":true/)
  const answer = (await around.json()) as { before: { n: number }[]; event: { n: number } }
  assert.deepEqual([answer.before.map(each => each.n), answer.event.n], [[0], 1])
  assert.equal(none.status, 404)
})
