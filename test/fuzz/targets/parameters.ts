import { createApp, routes } from '../../../lib/api/app.ts'
import { openFront } from '../../../lib/archive.ts'
import { settingsWith } from '../../../lib/core/settings.ts'
import type { Dice } from '../../oracle/dice.ts'
import { makePlace } from '../../support/workplace.ts'
import { mutateText } from '../mutate/mutate-text.ts'
import { naughtyTexts } from '../mutate/naughty-texts.ts'
import { makeSampleArchive } from '../sample-archive.ts'
import { insist, type Target } from '../target.ts'

const values: Readonly<Record<string, readonly string[]>> = {
  __proto__: null as never,
  q: ['level:error', 'ms:>2', '"took 3"', ''],
  from: ['2026-11-19T00:00:00Z', '-1d', '0'],
  to: ['2026-11-21', 'now', '9999'],
  stream: ['app', 'ssh/*', '**'],
  limit: ['1', '3', '1000000'],
  interval: ['hour', 'minute', 'week'],
  tz: ['Europe/Berlin', 'UTC', '+02:00'],
  order: ['asc', 'desc'],
  field: ['level', 'request.id', '@stream'],
  term: ['error', '10.0.0.0/8'],
  cursor: ['eyJ2IjoxfQ', ''],
  question: ['count', 'search'],
}
const tokens = ['%', '&', '=', '+', '/', '..', ' ', '-', '0', '9', ':', 'e', '*', '"', '(', '@']
const methods = ['GET', 'GET', 'GET', 'HEAD', 'POST', 'OPTIONS', 'DELETE', 'PUT']
const statuses = [200, 204, 400, 403, 404, 405, 409, 413, 415, 429]

/** Addresses and parameters of every route, on a real archive: an answer or a problem. */
export const target: Target = {
  prepare: async () => {
    const { store } = await makeSampleArchive()
    const { clock, random } = makePlace()
    const settings = settingsWith({ followMillisMax: 0, groupCommitMillis: 0 })
    const archive = await openFront({ store, clock, random, settings })
    const app = createApp({ archive, settings, clock })
    return async dice => {
      const { path, queryParameters } = dice.pick(routes.filter(each => each.method === 'GET'))
      const address = path.replaceAll(/\{\w+\}/g, () => encodeURIComponent(drawText('app', dice)))
      const given = Object.keys(queryParameters).filter(() => dice.chance(0.4))
      const search = given.map(name => {
        const text = drawText(dice.pick(values[name] ?? ['1']), dice)
        return `${name}=${encodeURIComponent(text.toWellFormed())}`
      })
      if (dice.chance(0.05)) search.push(mutateText('a=1&a=2', dice, tokens))
      const url = URL.parse(`http://archive${address}?${search.join('&')}`)
      if (!url) return 'refused'
      const response = await app.request(url, { method: dice.pick(methods) })
      const body = await response.text()
      insist(statuses.includes(response.status), () => `${url}: ${response.status} ${body}`)
      const type = response.headers.get('Content-Type') ?? ''
      insist(!type.includes('html'), () => `${url}: ${type}`)
      return response.ok ? 'taken' : 'refused'
    }
  },
}

function drawText(text: string, dice: Dice): string {
  return dice
    .weighted<() => string>([
      [5, () => text],
      [2, () => mutateText(text, dice, tokens)],
      [1, () => dice.pick(naughtyTexts)],
    ])()
    .toWellFormed()
}
