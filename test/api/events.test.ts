import assert from 'node:assert/strict'
import test from 'node:test'
import { serveFake } from './fixture.ts'

test('terms and fields are told with their values digit by digit', async () => {
  const { ask } = serveFake()
  const get = async (path: string) => (await ask(path)).text()

  assert.match(
    await get('/v1/terms?term=a&stream=web/*&limit=2'),
    /^\{"count":2,"fields":\[\{"field":"a","count":2,"distinct":\{"least":1,"exact":true\},"tokens":\[\{"value":12345678901234567890,"count":2\}\]\}\],"end":/,
  )
  assert.match(
    await get('/v1/fields?q=a'),
    /^\{"count":3,"fields":\[\{"field":"n","count":2,"kinds":\["number"\],"distinct":\{"least":1,"exact":false\},"examples":\[12345678901234567890\]\}\],"end":/,
  )
  assert.equal((await ask('/v1/terms')).status, 400)
  assert.equal((await ask('/v1/terms?term=a&q=b')).status, 400)
})

test('hours are told with their ends and bounds', async () => {
  const { ask } = serveFake()
  const get = async (path: string) => (await ask(path)).text()

  const interval = '{"start":"1970-01-01T00:00:00.000000Z","end":"1970-01-02T00:00:00.000000Z"'
  const day = await get('/v1/hours?q=a&interval=day&tz=UTC')
  assert.ok(
    day.startsWith(
      `{"interval":"day","timeZone":"UTC","least":1,"most":3,"intervals":[${interval},"least":1,"most":3}],"end":{`,
    ),
    day,
  )
  assert.match(await get('/v1/hours'), /^\{"interval":"hour"/)
})

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
