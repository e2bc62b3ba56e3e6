import type { Log } from '../log.ts'

const began = String.raw`^\[[0-9]+-[0-9]+-[0-9]+ |^[0-9]+-[0-9]+-[0-9]+T`

/**
 * Three brokers: log4j with stack traces, and Java's garbage collector. An event begins at a time
 * or with a file: 24,162 lines begin with a time, and three files with lines that do not.
 */
export const kafka: Log = {
  file: 'kafka-logs.tar.gz',
  eventCount: 24_165,
  stream: 'kafka-logs/**',
  format: 'log4j',
  kind: 'text',
  // The files of the archive one after another, a form feed before each; then an event a record.
  unpack:
    String.raw`tar -xzf "$1" --to-command='printf "\f\n"; cat' | ` +
    String.raw`awk -v ORS='' '/^\f$/ { fresh = 1; next } ` +
    `fresh || /${began}/ { if (some) printf "%c", 0; some = 1; fresh = 0; print; next } ` +
    String.raw`{ print "\n" $0 } END { printf "%c", 0 }'`,
  separator: '\0',
  questions: [
    { query: 'error', stock: 'grep -ziwF error "$1"' },
    { query: 'level:ERROR', stock: String.raw`grep -zP '\A\[[^]]*\] ERROR ' "$1"` },
    {
      query: 'kafka.common.NoReplicaOnlineException',
      stock: `grep -ziwF kafka.common.NoReplicaOnlineException "$1"`,
    },
    {
      query: '"at kafka.utils" -warn',
      stock: 'grep -ziwF "at kafka.utils" "$1" | grep -zviwF warn',
    },
    {
      query: 'logger:kafka.log.Log deletion',
      stock: `grep -zF '(kafka.log.Log)' "$1" | grep -ziwF deletion`,
    },
    { query: '*oreplicaon*', stock: 'grep -ziF oreplicaon "$1"' },
    { query: 'notleader*', stock: String.raw`grep -ziP '(?<!\w)notleader' "$1"` },
    { query: '"[gc pause"', stock: 'grep -ziF "[gc pause" "$1"' },
    {
      query: 'message:0.0.0.0/8',
      stock: String.raw`grep -zP '(?<![\w.:])0\.\d+\.\d+\.\d+(?!\w)' "$1"`,
    },
    {
      query: 'level:(WARN, FATAL) NOT (fetch* OR "connection to")',
      stock:
        String.raw`grep -zP '\A\[[^]]*\] (WARN|FATAL) ' "$1" | ` +
        String.raw`grep -zviP '(?<!\w)fetch|(?<!\w)connection to(?!\w)'`,
    },
    {
      query: String.raw`message:/broker\s\d\s.*epoch\s3[5-6]\swith/`,
      stock: String.raw`grep -ziP 'broker\s\d\s(?s:.*)epoch\s3[5-6]\swith' "$1"`,
    },
    {
      query: 'level:INFO',
      from: '2016-12-19T18:00:00Z',
      to: '2016-12-19T18:30:00Z',
      stock: String.raw`grep -zP '\A\[2016-12-19 18:[0-2].{8,12}\] INFO ' "$1"`,
    },
  ],
  days: {
    query: 'log*',
    stock: String.raw`grep -zP '\A\[' "$1" | grep -ziP '(?<!\w)log' | tr '\n\0' ' \n' | cut -c2-11`,
  },
  values: {
    field: 'level',
    query: '*',
    stock: String.raw`grep -zP '\A\[[^]]*\] [A-Z]+ ' "$1" | tr '\n\0' ' \n' | cut -d' ' -f3`,
  },
}
