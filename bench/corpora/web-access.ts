import { timeText } from './arrivals.ts'
import { addressOf, type Chance } from './chance.ts'
import { generatedCorpus, type MadeEvent } from './generated-corpus.ts'
import { zipf } from './zipf.ts'

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')
const topics = ['puppet', 'logstash', 'geekery', 'projects', 'articles', 'presentations', 'blog']
const words = 'ssl xdotool dynamic bash kibana images shell key tags week year scaling ruby'.split(
  ' ',
)
const endings = ['.html', '', '/', '.png', '.css', '.js', '?flav=rss20']
const agents = [
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/32.0.1700.77 Safari/537.36',
  'Mozilla/5.0 (Windows NT 6.1; WOW64; rv:27.0) Gecko/20100101 Firefox/27.0',
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)',
  'UniversalFeedParser/4.2-pre-314-svn +http://feedparser.org/',
  'Tiny Tiny RSS/1.11 (http://tt-rss.org/)',
  'curl/7.30.0',
]
const statuses = [200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 206, 301, 304, 404]

/** W5: combined log lines as the importer hands them over: the line, then its fields. */
export const webAccess = generatedCorpus(
  {
    name: 'web',
    title: 'combined log of web servers, as imported',
    rareFields: [],
    commonFields: ['client', 'path', 'status', 'agent', 'referrer'],
    queries: [
      `client:${addressOf(0)}`,
      `client:${addressOf(700)}`,
      `${addressOf(5)} status:404`,
      'Googlebot presentations',
      'status:500',
      '"GET /blog/ssl-key"',
      'bytes>=900000',
      'path:/projects/xdotool*',
      `client:${addressOf(1)}/8 NOT status:200`,
    ],
  },
  (chance, nextMicros) => {
    const site = zipf(chance, 4, 1)
    const client = zipf(chance, 100_000, 0.95)
    const page = zipf(chance, 5_000, 1)
    const agent = zipf(chance, agents.length, 0.7)
    return () => {
      const who = client()
      const path = pathOf(page())
      const isBot = who % 7 === 3
      return accessEvent(chance, nextMicros(), {
        stream: `web/site-${site()}`,
        client: addressOf(who),
        path,
        referrer: chance.next() < 0.4 ? '-' : `http://example.org${pathOf(page())}`,
        agent: agents[isBot ? 2 + (who % 2) : agent()]!,
      })
    }
  },
)

interface Access {
  readonly stream: string
  readonly client: string
  readonly path: string
  readonly referrer: string
  readonly agent: string
}

function accessEvent(chance: Chance, micros: number, access: Access): MadeEvent {
  const { stream, client, path, referrer, agent } = access
  const wholeMicros = micros - (micros % 1e6)
  const status = chance.next() < 0.002 ? 500 : chance.pick(statuses)
  const bytes = status === 304 ? 0 : 200 + Math.floor(chance.latency(9000))
  const method = chance.next() < 0.97 ? 'GET' : 'POST'
  const raw =
    `${client} - - [${logTime(wholeMicros)}] "${method} ${path} HTTP/1.1" ${status} ${bytes}` +
    ` "${referrer}" "${agent}"`
  const line =
    `{"@time":"${timeText(wholeMicros)}","@stream":"${stream}","message":${JSON.stringify(raw)}` +
    `,"client":"${client}","method":"${method}","path":"${path}","protocol":"HTTP/1.1"` +
    `,"status":${status},"bytes":${bytes},"referrer":"${referrer}","agent":"${agent}"}`
  return { line, raw }
}

function pathOf(page: number): string {
  const topic = topics[page % topics.length]
  const word = words[Math.floor(page / 7) % words.length]
  const ending = endings[Math.floor(page / 3) % endings.length]
  return page < 5 ? `/${topic}/` : `/${topic}/${word}-${page}${ending}`
}

function logTime(micros: number): string {
  const text = timeText(micros)
  const month = months[Number(text.slice(5, 7)) - 1]
  return `${text.slice(8, 10)}/${month}/${text.slice(0, 4)}:${text.slice(11, 19)} +0000`
}
