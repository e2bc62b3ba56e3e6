import { ArchiveError } from '../core/errors.ts'
import { asStreamName } from '../core/stream-name.ts'
import { formatNamed } from '../import/formats.ts'
import { isObject } from './envelope.ts'
import type { LandedObject } from './landed-object.ts'

/** A place where objects land, and what is known of them beforehand. */
export interface Landing {
  readonly bucket: string
  /** How their keys begin; empty: any. */
  readonly prefix: string
  /** Name of their format; absent: each object tells. */
  readonly format?: string
  /** Stream of the events that name none; absent: the folders of the key. */
  readonly stream?: string
}

/**
 * The landings as JSON tells them (`VARVE_LANDINGS`); none when there is no text. Throws `invalid`
 * for text that is no list of them: better no call succeeds than that a format is guessed.
 */
export function parseLandings(text: string | undefined): readonly Landing[] {
  if (!text) return []
  const list: unknown = JSON.parse(text)
  if (Array.isArray(list) && list.every(isLanding)) {
    for (const { format, stream } of list) {
      if (format !== undefined) formatNamed(format)
      if (stream !== undefined) asStreamName(stream)
    }
    return list
  }
  throw new ArchiveError(
    'invalid',
    `the landings are ${text.slice(0, 200)}, expected a list of {bucket, prefix, format?, stream?}`,
  )
}

/** What is known of an object: by the landing with the longest prefix of its key. */
export function landingOf(
  landings: readonly Landing[],
  { bucket, key }: Pick<LandedObject, 'bucket' | 'key'>,
): Pick<Landing, 'format' | 'stream'> {
  const [nearest] = landings
    .filter(landing => landing.bucket === bucket && key.startsWith(landing.prefix))
    .toSorted((a, b) => b.prefix.length - a.prefix.length)
  return nearest ?? {}
}

function isLanding(value: unknown): value is Landing {
  if (!isObject(value)) return false
  const { bucket, prefix, format = '', stream = '' } = value
  return [bucket, prefix, format, stream].every(member => typeof member === 'string')
}
