import { streamNameLengthMax } from '../core/stream-name.ts'

/**
 * The stream of a file for which none was named. The file's name without folders, then the path of
 * the member within an archive (unless that begins with the same word):
 *   1. endings of compression and archives go: .gz .zst .zstd .tar .tgz .tzst
 *   2. what rotation adds goes: .1  .2016-12-19  .2016-12-19-16  -20161219, so that all files of
 *      one log are one stream, and CloudTrail's _20230710T1220Z_WMiHxZgr5Hdd6UDc
 *   3. one ending of kind goes: .log .txt .json .ndjson .jsonl .csv .tsv
 *   4. every run of characters no stream name has becomes one "-"; parts that are then empty or
 *      only dots go; nothing left, or standard input, gives "import"
 */
export function streamForFile(path: readonly string[]): string {
  const [file = '', ...members] = path
  const words = partsOf(file).slice(-1)
  for (const member of members) {
    const parts = partsOf(member)
    words.push(...(parts[0] === words.at(-1) ? parts.slice(1) : parts))
  }
  return words.join('/').slice(0, streamNameLengthMax).replace(/\/+$/, '') || 'import'
}

function partsOf(path: string): string[] {
  const folders = path.split('/')
  const name = nameOfLog(folders.pop() ?? '')
  return [...folders, name]
    .map(part => part.replace(/[^A-Za-z0-9_@:.+=~-]+/g, '-').replace(/^-+|-+$/g, ''))
    .filter(part => !/^\.*$/.test(part))
}

const packed = /\.(?:gz|zst|zstd|tar|tgz|tzst)$/i
const rotated = /(?:\.\d{1,4}|[.-]\d{4}-?\d\d-?\d\d(?:[-T.]?\d\d){0,3}|_\d{8}T\d{4}Z_\w+)$/
const kind = /\.(?:log|txt|json|ndjson|jsonl|csv|tsv)$/i

function nameOfLog(name: string): string {
  let rest = name
  while (packed.test(rest)) rest = rest.replace(packed, '')
  // Kind and rotation come in either order: server.log.2016-12-19, records_20230710T1220Z_X.json.
  if (rotated.test(rest)) return rest.replace(rotated, '').replace(kind, '')
  return rest.replace(kind, '').replace(rotated, '')
}
