import { type Log, select } from '../log.ts'

/** Status of one nginx every five seconds: numbers in deep objects whose names are data. */
export const nginxplus: Log = {
  file: 'nginxplus_status.ndjson.gz',
  eventCount: 500,
  stream: 'nginxplus_status',
  format: 'ndjson',
  kind: 'json',
  unpack: 'gzip -dc "$1"',
  separator: '\n',
  questions: [
    { query: 'unhealthy', stock: select('word("unhealthy")') },
    { query: '1.9.4 -64856', stock: select('word("1\\\\.9\\\\.4") and (word("64856") | not)') },
    { query: '"10.0.0.1:8080"', stock: select('word("10\\\\.0\\\\.0\\\\.1:8080")') },
    { query: '*206.251*', stock: select('part("206\\\\.251")') },
    { query: 'pid:64857', stock: select('.pid == 64857') },
    { query: 'connections.active:>=5', stock: select('.connections.active >= 5') },
    {
      query: 'connections.active:3..5 connections.idle:<22',
      stock: select(
        '.connections.active >= 3 and .connections.active <= 5 and .connections.idle < 22',
      ),
    },
    {
      query: 'server_zones.hg.nginx.org.processing:>0',
      stock: select('.server_zones["hg.nginx.org"].processing > 0'),
    },
    {
      query: 'upstreams.hg-backend.peers.active:(1, 2)',
      stock: select('any(.upstreams["hg-backend"].peers[].active; . == 1 or . == 2)'),
    },
    {
      query: 'upstreams.trac-backend.peers.server:10.0.0.0/30 NOT requests.current:(1 OR 2 OR 3)',
      stock: select(
        'any(.upstreams["trac-backend"].peers[].server; test("^10\\\\.0\\\\.0\\\\.[0-3]:")) and ' +
          '(.requests.current | IN(1, 2, 3) | not)',
      ),
    },
    {
      query: '(pid:64856 connections.active:1) OR (pid:64857 -connections.active:[2 TO 4])',
      stock: select(
        '(.pid == 64856 and .connections.active == 1) or ' +
          '(.pid == 64857 and (.connections.active >= 2 and .connections.active <= 4 | not))',
      ),
    },
    {
      query: 'connections.dropped:0',
      from: '1446250000000',
      to: '1446251000000',
      stock: select('.timestamp >= 1446250000000 and .timestamp < 1446251000000'),
    },
  ],
  days: {
    query: 'connections.active:>2',
    stock: `jq -r 'select(.connections.active > 2) | .timestamp / 1000 | floor | todate[:10]' "$1"`,
  },
  values: { field: 'connections.active', query: '*', stock: `jq '.connections.active' "$1"` },
}
