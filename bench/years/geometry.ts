import { bitsFor, riceFor } from '../../lib/bytes/rice.ts'
import { logPolicy } from '../../lib/core/policy.ts'
import {
  keptBitsFor,
  pageBitsFor,
  type TermDetail,
  type TermShape,
} from '../../lib/index/term-shape.ts'
import type { Period } from './periods.ts'

/** 1 TB a day of the first corpus, API access. */
export const rawBytesAnHour = Math.round(1e12 / 24)
const eventBytes = 390
export const eventsAnHour = Math.round(rawBytesAnHour / eventBytes)
const { bucketSizeBytes, frameSizeBytes: frameRawBytes } = logPolicy
/** Raw / stored of this corpus: row Z1. */
const ratio = 5.2
/** What a frame takes as stored. */
export const frameBytes = Math.round(frameRawBytes / ratio)
export const framesABucket = Math.round(bucketSizeBytes / frameBytes)
export const bucketsAnHour = Math.ceil(rawBytesAnHour / frameRawBytes / framesABucket)
export const framesAnHour = bucketsAnHour * framesABucket
/** Ids that no other event has: the trace, and the last group of the request's UUID. */
const uniqueTermsAnEvent = 2
/** The first group of a UUID has 32 bits: in a month, each of them comes several times. */
const firstGroups = 2 ** 32
/** Pages of one object, as a power of two: about 32 MB. */
const pageBitsAPart = 10

/** The fields of such an event, in order. */
export const fields = [
  'requestId',
  'traceId',
  'method',
  'path',
  'status',
  'millis',
  'bytes',
  'ip',
  'user',
  'region',
  'agent',
] as const

/** What one index holds, but for the few thousand words that are everywhere. */
interface Density {
  readonly frameCount: number
  readonly uniqueTerms: number
  /** Events that share a first group, on average; how many groups have one, and several. */
  readonly eventsAGroup: number
  readonly groupsOnce: number
  readonly groupsOften: number
}

export function densityOf({ hours }: Period): Density {
  const eventCount = eventsAnHour * hours
  const eventsAGroup = eventCount / firstGroups
  const none = Math.exp(-eventsAGroup)
  const once = eventsAGroup * none
  return {
    frameCount: framesAnHour * hours,
    uniqueTerms: eventCount * uniqueTermsAnEvent,
    eventsAGroup,
    groupsOnce: Math.round(firstGroups * once),
    groupsOften: Math.round(firstGroups * (1 - none - once)),
  }
}

/** All of the shape but how long its pages are: that is measured. */
export type ShapeWithoutPages = Omit<TermShape, 'pageBytes'>

/** The shape that the writer of such an index chooses. */
export function shapeOf(period: Period): ShapeWithoutPages {
  const density = densityOf(period)
  const { frameCount } = density
  const detail: TermDetail = period.isFinal ? 'counts' : 'whole'
  const rareCount = density.uniqueTerms + density.groupsOnce
  const recurringCount = density.groupsOften
  const counts = { frameCount, rareCount, recurringCount }
  const kept = keptBitsFor(detail, counts)
  const rareBits = rareCount * (1.5 + riceFor(2 ** kept.rareBits, rareCount) + bitsFor(frameCount))
  const perGroup = 2 + density.eventsAGroup
  const listBits = perGroup * (1.5 + riceFor(frameCount, perGroup))
  const pageBits = pageBitsFor((rareBits + recurringCount * (50 + listBits)) / 8)
  return {
    detail,
    ...counts,
    ...kept,
    rareBits: Math.max(kept.rareBits, pageBits),
    pageBits,
    partBits: Math.max(0, pageBits - pageBitsAPart),
    fields,
  }
}
