import type { Log } from '../log.ts'

const client = (block: string) => `grep -P '^${block}' "$1"`
const status = (codes: string) => `grep -P '" (${codes}) [0-9-]+ "' "$1"`

/** Four days of a web server, half of them out of order, some lines twice. */
export const apacheCombined: Log = {
  file: 'apache_combined.log.gz',
  eventCount: 10_000,
  stream: 'apache_combined',
  format: 'combined',
  kind: 'text',
  unpack: 'gzip -dc "$1"',
  separator: '\n',
  questions: [
    { query: 'googlebot', stock: 'grep -iwF googlebot "$1"' },
    { query: 'kibana -chrome', stock: 'grep -iwF kibana "$1" | grep -viwF chrome' },
    { query: '"GET /favicon.ico"', stock: 'grep -iwF "get /favicon.ico" "$1"' },
    { query: 'status:404', stock: status('404') },
    { query: 'status:[300 TO 400} -status:304', stock: status('30[0-35-9]') },
    { query: 'status:>=500', stock: status('5..') },
    {
      query: 'bytes:>1000000',
      stock: String.raw`perl -ne 'print if /" \d{3} (\d+) "/ && $1 > 1e6' "$1"`,
    },
    { query: 'client:66.249.0.0/16', stock: client(String.raw`66\.249\.`) },
    {
      query: 'client:209.85.238.199 method:(HEAD, GET) NOT tags*',
      stock: String.raw`grep -P '^209\.85\.238\.199 .*"(HEAD|GET) ' "$1" | grep -viP '(?<!\w)tags'`,
    },
    {
      query: 'path:*logstash*',
      stock: String.raw`perl -ne 'print if /\] "[A-Z]+ [^"]*logstash[^"]* HTTP/i' "$1"`,
    },
    {
      query: '(method:POST OR method:OPTIONS) OR status:(403 OR 416)',
      stock: `grep -E '"(POST|OPTIONS) |" (403|416) [0-9-]+ "' "$1"`,
    },
    {
      query: 'referrer:null agent:*',
      stock: `awk -F'"' '$4 == "-" && $6 != "-" && $6 != ""' "$1"`,
    },
    {
      query: 'wp*',
      from: '2015-05-18T12:00:00Z',
      to: '2015-05-19',
      stock: String.raw`grep -P '\[18/May/2015:(1[2-9]|2\d)' "$1" | grep -iP '(?<!\w)wp'`,
    },
  ],
  days: {
    query: 'status:200',
    stock: `${status('200')} | sed -E 's/.*\\[([0-9]{2})\\/May\\/.*/2015-05-\\1/'`,
  },
  values: {
    field: 'client',
    query: '*',
    stock: `cut -d' ' -f1 "$1"`,
  },
}
