import { timeText } from './arrivals.ts'
import { addressOf, type Chance, scatter } from './chance.ts'
import { generatedCorpus } from './generated-corpus.ts'
import { zipf } from './zipf.ts'

const regions = ['eu-central-1', 'us-east-1', 'ap-southeast-2']
const services = ['orders', 'catalog', 'accounts', 'search', 'billing', 'media', 'notify', 'auth']
const resources = ['items', 'carts', 'invoices', 'profiles', 'sessions', 'reports', 'uploads']
const methods = ['GET', 'GET', 'GET', 'GET', 'GET', 'GET', 'POST', 'POST', 'PUT', 'DELETE', 'PATCH']
const statuses = [...Array(180).fill(200), 201, 201, 201, 204, 204, 304, 304, 400, 401, 403, 404]
const rareStatuses = [404, 409, 422, 429, 500, 502, 503]
const agents = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_3 like Mac OS X) AppleWebKit/605.1.15 Version/17.3 Mobile/15E148 Safari/604.1',
  'okhttp/4.12.0',
  'axios/1.6.7',
  'python-requests/2.31.0',
  'Go-http-client/2.0',
  'shop-android/8.14.2 (Android 14; Pixel 7)',
  'shop-ios/8.14.0 (iOS 17.3; iPhone15,2)',
]

/** W1: access log of an API as JSON. Every event has two random ids, a request and a trace. */
export const apiAccess = generatedCorpus(
  {
    name: 'api',
    title: 'API access log, JSON, two random ids an event',
    rareFields: ['requestId', 'traceId'],
    commonFields: ['user', 'ip', 'status', 'path', 'method', 'region', 'agent'],
    queries: [
      'status:503',
      'status:200 method:DELETE',
      'billing invoices status>=500',
      'okhttp AND NOT status:200',
      'millis>=900',
      'region:eu-central-1 path:/v2/reports*',
      `user:${userOf(0)} status:404`,
      `ip:${addressOf(3)}`,
      `ip:${addressOf(11)}/16`,
      'user:u-nobody',
    ],
  },
  (chance, nextMicros) => {
    const user = zipf(chance, 200_000, 1.05)
    const client = zipf(chance, 300_000, 0.9)
    const service = zipf(chance, services.length, 1)
    const agent = zipf(chance, agents.length, 0.8)
    return () => {
      const who = user()
      const name = services[service()]!
      const status = chance.next() < 0.01 ? chance.pick(rareStatuses) : chance.pick(statuses)
      const millis = Math.floor(chance.latency(status >= 500 ? 400 : 24))
      const bytes = Math.floor(chance.latency(2400))
      return (
        `{"@time":"${timeText(nextMicros())}","@stream":"api/${name}"` +
        `,"requestId":"${chance.uuid()}","traceId":"${chance.hex(32)}","method":"` +
        `${chance.pick(methods)}","path":"${pathOf(chance, name)}","status":${status}` +
        `,"millis":${millis}.${chance.below(10)},"bytes":${bytes},"ip":"${addressOf(client())}","user":"` +
        `${userOf(who)}","region":"${regions[who % 3]}","agent":"${agents[agent()]}"}`
      )
    }
  },
)

function pathOf(chance: Chance, service: string): string {
  const path = `/v2/${service}/${chance.pick(resources)}`
  return chance.next() < 0.6 ? `${path}/${chance.below(1_000_000)}` : path
}

function userOf(number: number): string {
  return `u-${scatter(number)}`
}
