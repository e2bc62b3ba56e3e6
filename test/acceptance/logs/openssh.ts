import type { Log } from '../log.ts'

/** Four days of one sshd in BSD syslog; its times have no year. */
export const openssh: Log = {
  file: 'openssh.log.gz',
  options: ['--year', '2025'],
  eventCount: 38_660,
  stream: 'openssh',
  format: 'syslog',
  kind: 'text',
  unpack: 'gzip -dc "$1"',
  separator: '\n',
  questions: [
    { query: 'root', stock: 'grep -iwF root "$1"' },
    { query: 'sammy -disconnect', stock: 'grep -iwF sammy "$1" | grep -viwF disconnect' },
    { query: '"invalid user admin"', stock: 'grep -iwF "invalid user admin" "$1"' },
    { query: 'message:"Bye Bye" AND 11', stock: 'grep -iwF "bye bye" "$1" | grep -wF 11' },
    { query: '*xceede*', stock: 'grep -iF xceede "$1"' },
    { query: 'test*', stock: String.raw`grep -iP '(?<!\w)test' "$1"` },
    {
      query: '218.92.0.0/16',
      stock: String.raw`grep -P '(?<![\w.])218\.92\.\d+\.\d+(?![\w])' "$1"`,
    },
    {
      query: 'message:176.109.0.0/16 user*',
      stock: String.raw`grep -P '(?<![\w.])176\.109\.\d+\.\d+(?!\w)' "$1" | grep -iP '(?<!\w)user'`,
    },
    { query: 'pid:3578055', stock: `grep -F 'sshd[3578055]:' "$1"` },
    {
      query: 'pid:[3600000 TO 3600500}',
      stock: String.raw`perl -ne 'print if /sshd\[(\d+)\]/ && $1 >= 3600000 && $1 < 3600500' "$1"`,
    },
    {
      query: '(postgres OR oracle OR "ftp user") NOT closed',
      stock: `grep -iwE 'postgres|oracle|ftp user' "$1" | grep -viwF closed`,
    },
    {
      query: 'message:(ubuntu, "maximum authentication")',
      stock: `grep -iwE 'ubuntu|maximum authentication' "$1"`,
    },
    {
      query: String.raw`message:/user\s\w+\sfrom\s1\d\.[^.]*\./`,
      stock: String.raw`grep -iP 'user\s\w+\sfrom\s1\d\.[^.]*\.' "$1"`,
    },
    {
      query: 'admin',
      from: '2025-01-27T06:00:00Z',
      to: '2025-01-27T18:00:00Z',
      stock: `grep -E '^Jan 27 (0[6-9]|1[0-7]):' "$1" | grep -iwF admin`,
    },
    { query: 'zzyzx-is-nobody', stock: 'grep -iwF zzyzx-is-nobody "$1"' },
  ],
  days: {
    query: 'invalid',
    stock: `grep -iwF invalid "$1" | awk '{ print "2025-01-" $2 }'`,
  },
  values: {
    field: 'pid',
    query: '"bye bye"',
    stock: String.raw`grep -iwF 'bye bye' "$1" | sed -E 's/.*sshd\[([0-9]+)\].*/\1/'`,
  },
}
