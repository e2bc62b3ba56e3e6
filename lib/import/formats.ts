import { ArchiveError } from '../core/errors.ts'
import type { Format } from './format.ts'
import { combined, common } from './formats/access-log.ts'
import { csv } from './formats/csv.ts'
import { cloudtrail, json } from './formats/json.ts'
import { log4j } from './formats/log4j.ts'
import { logfmt } from './formats/logfmt.ts'
import { ndjson } from './formats/ndjson.ts'
import { raw } from './formats/raw.ts'
import { syslog } from './formats/syslog.ts'

/** Every format an import knows; of two that fit equally well the one named first is taken. */
export const formats: readonly Format[] = [
  cloudtrail,
  ndjson,
  json,
  combined,
  common,
  syslog,
  logfmt,
  csv,
  log4j,
  raw,
]

/** The format of this name; throws `invalid` with the list of names. */
export function formatNamed(name: string): Format {
  const format = formats.find(each => each.name === name)
  if (format) return format
  const names = formats.map(each => each.name).join(', ')
  throw new ArchiveError('invalid', `no format is named ${JSON.stringify(name)}, known: ${names}`)
}
