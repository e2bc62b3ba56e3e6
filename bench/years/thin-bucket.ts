import { BucketBuilder, type BuiltBucket } from '../../lib/bucket/builder.ts'
import type { FrameEntry, StreamEntry } from '../../lib/bucket/directory.ts'
import { encodeFooter } from '../../lib/bucket/footer.ts'
import type { BucketRef } from '../../lib/catalog/catalog.ts'
import { bucketKey, ownerOfBucket } from '../../lib/store/keys.ts'
import type { GetOptions } from '../../lib/store/store.ts'
import { Chance } from '../corpora/chance.ts'
import {
  bucketsAnHour,
  eventsAnHour,
  frameBytes,
  framesABucket,
  rawBytesAnHour,
} from './geometry.ts'
import type { Needle } from './needles.ts'
import { hourMicros, type Period } from './periods.ts'

/** Streams sort between these two: a bucket holds all of them for some seconds. */
const firstStream = 'a/first'
const lastStream = 'z/last'
const streamsABucket = 8
/**
 * A needle's frame is as long as one of real data, all others are thin. Two random hexadecimal
 * digits take a byte after compression.
 */
const randomDigits = 2 * frameBytes
const sliceMicros = hourMicros / bucketsAnHour

/** The span of time of a bucket, by its number in its period. */
function sliceOf(period: Period, number: number): { firstMicros: number; lastMicros: number } {
  const firstMicros = Math.ceil(period.startMicros + number * sliceMicros)
  return { firstMicros, lastMicros: Math.ceil(firstMicros + sliceMicros) - 2 }
}

/** What a manifest says of a bucket: of one that is not made, what is usual. */
export function bucketRef(
  period: Period,
  jobId: string,
  number: number,
  made: ThinBucket | undefined,
): BucketRef {
  return {
    key: bucketKey(jobId, number),
    sizeBytes: made?.sizeBytes ?? framesABucket * frameBytes,
    footerBytes: made?.footer.length ?? 4000,
    rawBytes: Math.round(rawBytesAnHour / bucketsAnHour),
    frameCount: framesABucket,
    frameBytesMax: frameBytes,
    eventCount: Math.round(eventsAnHour / bucketsAnHour),
    idCount: 0,
    ...sliceOf(period, number),
    firstStream,
    lastStream,
    streamCount: streamsABucket,
  }
}

/** A bucket as its footer tells it, of which only one frame is there. */
export interface ThinBucket {
  readonly sizeBytes: number
  readonly footer: Buffer
  readonly frame: Buffer
  /** Where the frame begins. */
  readonly startByte: number
}

/** A bucket whose frames are all as long as the one with these needles. */
export function makeBucket(
  period: Period,
  jobId: string,
  number: number,
  needles: readonly Needle[],
): ThinBucket {
  const position = needles[0]!.frame % framesABucket
  const { firstMicros, lastMicros } = sliceOf(period, number)
  const filler = makeFrame([fillerLine(firstMicros, firstStream, 'before')])
  const last = fillerLine(lastMicros, lastStream, randomText(number))
  const telling = makeFrame([...needles.map(asLine), last])
  const behind = makeFrame([fillerLine(lastMicros, lastStream, 'behind')])
  const before = Array<BuiltBucket>(position).fill(filler)
  const after = Array<BuiltBucket>(framesABucket - position - 1).fill(behind)
  const frame = telling.frames[0]!
  const directory = joinFrames([...before, telling, ...after], frame.length)
  const owner = ownerOfBucket(bucketKey(jobId, number))
  const footer = encodeFooter({ ...directory, owner })
  const sizeBytes = framesABucket * frame.length + footer.length
  return { sizeBytes, footer, frame, startByte: position * frame.length }
}

/** The bytes of a range; `undefined` where they were not made. */
export function bytesOfBucket(
  bucket: ThinBucket,
  range: NonNullable<GetOptions['range']>,
): Buffer | undefined {
  const { footer, frame, startByte, sizeBytes } = bucket
  const start = 'start' in range ? range.start : sizeBytes - range.suffixBytes
  const end = 'start' in range ? range.end : sizeBytes
  const footerStart = sizeBytes - footer.length
  if (start >= footerStart) return footer.subarray(start - footerStart, end - footerStart)
  const isInFrame = start >= startByte && end <= startByte + frame.length
  return isInFrame ? frame.subarray(start - startByte, end - startByte) : undefined
}

interface Line {
  readonly timeMicros: number
  readonly stream: string
  readonly text: string
}

function asLine({ timeMicros, stream, line }: Needle): Line {
  return { timeMicros, stream, text: line }
}

function fillerLine(timeMicros: number, stream: string, filler: string): Line {
  const text = `{"@time":${timeMicros},"@stream":"${stream}","filler":"${filler}"}`
  return { timeMicros, stream, text }
}

/** A bucket of one frame. */
function makeFrame(lines: readonly Line[]): BuiltBucket {
  const builder = new BucketBuilder({ frameBytes: 2 ** 22, compressionLevel: 1 })
  for (const { timeMicros, stream, text } of lines) {
    const bytes = Buffer.from(`${text}\n`)
    builder.add(bytes, 0, bytes.length - 1, timeMicros, stream, false)
  }
  return builder.finish()
}

/** The directory of a bucket of these, whose lines follow each other, all frames of this size. */
function joinFrames(parts: readonly BuiltBucket[], sizeBytes: number): BuiltBucket['directory'] {
  const frames: FrameEntry[] = []
  const streams: StreamEntry[] = []
  for (const [position, { directory }] of parts.entries()) {
    const known = streams.at(-1)?.stream === directory.streams[0]!.stream
    const firstStream = streams.length - (known ? 1 : 0)
    for (const each of directory.streams) {
      const same = streams.at(-1)?.stream === each.stream ? streams.pop() : undefined
      streams.push({
        ...each,
        firstFrame: same?.firstFrame ?? position,
        lastFrame: position,
        eventCount: each.eventCount + (same?.eventCount ?? 0),
        firstMicros: same?.firstMicros ?? each.firstMicros,
      })
    }
    const frame = directory.frames[0]!
    frames.push({ ...frame, startByte: position * sizeBytes, sizeBytes, firstStream })
  }
  const sum = (of: (frame: FrameEntry) => number) => frames.reduce((all, each) => all + of(each), 0)
  return {
    frames,
    streams,
    eventCount: sum(frame => frame.eventCount),
    idCount: 0,
    rawBytes: sum(frame => frame.rawBytes),
    firstMicros: Math.min(...frames.map(frame => frame.firstMicros)),
    lastMicros: Math.max(...frames.map(frame => frame.lastMicros)),
  }
}

function randomText(seed: number): string {
  const chance = new Chance(seed)
  return Array.from({ length: 32 }, () => chance.hex(randomDigits / 32)).join('')
}
