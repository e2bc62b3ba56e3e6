import { decodeNumber, encodeNumber } from '../core/base32.ts'
import { erasurePrefix, importPrefix, outputPrefixes, requestPrefix, tailPrefix } from './keys.ts'

/**
 * The names of what only a backup has (docs/format.md, section 14); its copies of immutable objects
 * keep the names they have in the archive.
 */
export const generationPrefix = 'generations/'
const contentsPrefix = 'contents/'
export const markerPrefixes = [requestPrefix, importPrefix, erasurePrefix] as const
const backupPrefixes = [
  tailPrefix,
  ...outputPrefixes,
  ...markerPrefixes,
  generationPrefix,
  contentsPrefix,
  // A probe of the store that was killed may leave some.
  'probe/',
]

const numberWidth = 8
const timeWidth = 11

export function generationKey(number: number): string {
  return generationPrefix + String(number).padStart(numberWidth, '0')
}

/** The number back; `undefined` for a name that is none. */
export function generationNumber(key: string): number | undefined {
  const digits = key.slice(generationPrefix.length)
  return /^\d{8}$/.test(digits) && Number(digits) > 0 ? Number(digits) : undefined
}

export function contentsKey(id: string): string {
  return contentsPrefix + id
}

/** Whether an object of this name may lie in a backup. */
export function isOfBackup(key: string): boolean {
  return backupPrefixes.some(prefix => key.startsWith(prefix))
}

/** A copy of a marker: markers change, so that a copy says which state of it this is. */
export interface MarkerCopy {
  readonly key: string
  readonly markerKey: string
  /** When the marker was written and when it was copied, both by the archive's store. */
  readonly modifiedMicros: number
  readonly takenMicros: number
}

export function markerCopyKey({ markerKey, modifiedMicros, takenMicros }: Omit<MarkerCopy, 'key'>) {
  const times = [modifiedMicros, takenMicros].map(micros => encodeNumber(micros, timeWidth))
  return `${markerKey}-${times.join('-')}`
}

/** Reads the name of a copy back; `undefined` for any other. */
export function parseMarkerCopy(key: string): MarkerCopy | undefined {
  const [, markerKey = '', modified = '', taken = ''] =
    /^((?:requests|imports|erasures)\/[0-9A-Z]+)-([0-9A-Z]{11})-([0-9A-Z]{11})$/.exec(key) ?? []
  const modifiedMicros = decodeNumber(modified)
  const takenMicros = decodeNumber(taken)
  if (!markerKey || modifiedMicros === undefined || takenMicros === undefined) return undefined
  return { key, markerKey, modifiedMicros, takenMicros }
}
