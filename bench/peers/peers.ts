import { join } from 'node:path'
import {
  type AddressQuestion,
  type Peer,
  type Place,
  pipePeer,
  programPeer,
  quoted,
} from './peer.ts'

const here = import.meta.dirname
/** The Python that has the packages `duckdb` and `tantivy`, where they are wanted. */
const python = process.env.PYTHON ?? 'python3'

/** Everything that the same question is put to; what is not installed is left out of the answer. */
export const peers: readonly Peer[] = [
  pipePeer('grep -F', ({ raw }, question) => grepPipe('grep -F', raw, question)),
  pipePeer('rg -F', ({ raw }, question) => grepPipe('rg -F --no-mmap', raw, question)),
  pipePeer('jq', jqPipe),
  pipePeer('zstd -dc *.zst | grep -F', zstdPipe),
  programPeer('DuckDB on Parquet', `${python} ${quoted(join(here, 'parquet_peer.py'))}`, 'parquet'),
  pipeless('DuckDB on our .zst', `${python} ${quoted(join(here, 'zst_peer.py'))}`),
  programPeer(
    'SQLite FTS5',
    `${process.execPath} ${quoted(join(here, 'sqlite-peer.ts'))}`,
    'sqlite',
  ),
  programPeer('tantivy', `${python} ${quoted(join(here, 'tantivy_peer.py'))}`, 'tantivy'),
]

/** A program that needs no loading: it reads what lies there. */
function pipeless(name: string, program: string): Peer {
  const { ask } = programPeer(name, program, '')
  return { name, ask }
}

/** The address as it stands in a line, then the span by the digits that its hours begin with. */
function grepPipe(grep: string, raw: string, question: AddressQuestion): string {
  return `${grep} ${patterns(question)} ${quoted(raw)} | ${inSpan(question)}`
}

function zstdPipe({ archive }: Place, question: AddressQuestion): string {
  const lines = `find ${quoted(join(archive, 'buckets'))} -name '*.zst' | xargs zstd -dcq`
  return `${lines} | grep -F ${patterns(question)} | ${inStoredSpan(question)}`
}

function patterns({ addresses }: AddressQuestion): string {
  return addresses.map(address => `-e ${quoted(`"ip":"${address}"`)}`).join(' ')
}

function inSpan({ span }: AddressQuestion): string {
  if (!span) return 'wc -l'
  const [start, end] = [quoted(span.start), quoted(span.end)]
  return `awk -F'"' -v s=${start} -v e=${end} '$4 >= s && $4 < e' | wc -l`
}

/** Stored lines begin with `{"@time":` and microseconds. */
function inStoredSpan({ span }: AddressQuestion): string {
  if (!span) return 'wc -l'
  const [start, end] = [micros(span.start), micros(span.end)]
  return `awk -F'[:,]' '$2 >= ${start} && $2 < ${end}' | wc -l`
}

function jqPipe({ raw }: Place, { addresses, span }: AddressQuestion): string {
  const address = addresses.map(each => `.ip=="${each}"`).join(' or ')
  const time = span ? ` and ."@time">="${span.start}" and ."@time"<"${span.end}"` : ''
  return `jq -c ${quoted(`select((${address})${time})`)} ${quoted(raw)} | wc -l`
}

function micros(time: string): number {
  return Date.parse(time) * 1000
}
