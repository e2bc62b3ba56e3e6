import type { Log } from '../log.ts'

const status = (codes: string) => `grep -P '" (${codes}) [0-9-]+ "' "$1"`
const path = (pattern: string) =>
  String.raw`grep -P '\] "[A-Z]+ [^"]*(?i:${pattern})[^"]* HTTP/\d' "$1"`

/** One day of a web site behind a proxy, with clients of IPv6 and with what scanners send. */
export const apacheAccess: Log = {
  file: 'apache_access.log.gz',
  eventCount: 4775,
  stream: 'apache_access',
  format: 'combined',
  kind: 'text',
  unpack: 'gzip -dc "$1"',
  separator: '\n',
  questions: [
    { query: 'xmlrpc.php', stock: 'grep -iwF xmlrpc.php "$1"' },
    { query: 'wordpress -post', stock: 'grep -iwF wordpress "$1" | grep -viwF post' },
    { query: '"POST /wp-cron.php"', stock: 'grep -iwF "post /wp-cron.php" "$1"' },
    {
      query: 'path:wp-login.php -status:200',
      stock: `${path(String.raw`(?<!\w)wp-login\.php(?!\w)`)} | grep -vP '" 200 [0-9-]+ "'`,
    },
    { query: 'status:400..499 NOT status:401', stock: status('4(?!01)..') },
    { query: 'client:162.158.0.0/15', stock: String.raw`grep -P '^162\.15[89]\.' "$1"` },
    { query: 'client:::1', stock: `grep -E '^::1 ' "$1"` },
    {
      query: 'ip:162.158.0.0/15 OR client:(45.61.187.62, 172.71.0.0/16)',
      stock: String.raw`grep -P '^(45\.61\.187\.62|172\.71\.\d+\.\d+) ' "$1"`,
    },
    { query: 'agent:*bot*', stock: `awk -F'"' 'tolower($6) ~ /bot/' "$1"` },
    { query: 'request:*', stock: String.raw`grep -vP '\] "([A-Z_-]+ .+ \S+/[\d.]+|-|)" ' "$1"` },
    {
      query: String.raw`method:GET protocol:/1\.[01]$/ path:/wp-admin*`,
      stock: String.raw`grep -P '\] "GET [^"]*/wp-admin[^"]* HTTP/1\.[01]"' "$1"`,
    },
    {
      query: '*',
      from: '2025-01-29T03:00:00Z',
      to: '2025-01-29T04:30:00Z',
      stock: `grep -E '29/Jan/2025:(03|04:[0-2])' "$1"`,
    },
  ],
  days: {
    query: 'method:(GET OR POST)',
    stock: `grep -E '"(GET|POST) ' "$1" | sed -E 's/.*/2025-01-29/'`,
  },
  values: {
    field: 'status',
    query: 'client:162.158.0.0/15',
    stock: String.raw`grep -P '^162\.15[89]\.' "$1" | sed -E 's/.*" ([0-9]{3}) [0-9-]+ ".*/\1/'`,
  },
}
