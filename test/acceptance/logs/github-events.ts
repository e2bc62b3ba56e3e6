import { type Log, select } from '../log.ts'

/** A thousand events of GitHub of many shapes, some of 30 kB. */
export const githubEvents: Log = {
  file: 'github-events.ndjson.gz',
  eventCount: 1000,
  stream: 'github-events',
  format: 'ndjson',
  kind: 'json',
  unpack: 'gzip -dc "$1"',
  separator: '\n',
  questions: [
    { query: 'spark', stock: select('word("spark")') },
    {
      query: 'docker* -dockerfile',
      stock: select('part("(?<!\\\\w)docker") and (word("dockerfile") | not)'),
    },
    { query: '"pull request"', stock: select('word("pull request")') },
    { query: 'type:WatchEvent', stock: select('.type == "WatchEvent"') },
    {
      query: 'type:(IssuesEvent, IssueCommentEvent) payload.action:(opened OR created)',
      stock: select(
        '(.type | IN("IssuesEvent", "IssueCommentEvent")) and ' +
          '(.payload.action | IN("opened", "created"))',
      ),
    },
    { query: 'payload.size:>=3', stock: select('.payload.size != null and .payload.size >= 3') },
    { query: 'payload.size:{1 TO 4]', stock: select('.payload.size > 1 and .payload.size <= 4') },
    { query: 'actor.id:227068', stock: select('.actor.id == 227068') },
    {
      query: 'payload.commits.message:*fix*',
      stock: select('any(.payload.commits[]?.message; test("fix"; "i"))'),
    },
    {
      query: 'repo.name:apache/* NOT type:PushEvent',
      stock: select('(.repo.name | test("(?<!\\\\w)apache/"; "i")) and .type != "PushEvent"'),
    },
    {
      query: 'payload.pull_request.head.repo.private:false',
      stock: select('.payload.pull_request.head.repo.private == false'),
    },
    {
      query: 'org:null payload.ref_type:*',
      stock: select('.org == null and .payload.ref_type != null'),
    },
    {
      query: 'payload.commits:null type:PushEvent',
      stock: select('.type == "PushEvent" and .payload.commits == []'),
    },
    {
      query: 'type:PushEvent',
      from: '2015-01-01T01:02:00Z',
      to: '2015-01-01T01:03:30Z',
      stock: select(
        '.type == "PushEvent" and .created_at >= "2015-01-01T01:02:00Z" and ' +
          '.created_at < "2015-01-01T01:03:30Z"',
      ),
    },
  ],
  days: { query: 'public:true', stock: `jq -r 'select(.public) | .created_at[:10]' "$1"` },
  values: { field: 'payload.action', query: '*', stock: `jq -r '.payload.action // empty' "$1"` },
}
