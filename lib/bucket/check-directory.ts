import { ArchiveError } from '../core/errors.ts'
import { defaultSettings } from '../core/settings.ts'
import { timeMicrosMax } from '../core/time.ts'
import type { Directory } from './directory.ts'

/**
 * Throws `corrupt` for a directory that contradicts itself although its checksum is right: a reader
 * goes by its numbers and takes memory by them.
 */
export function checkDirectory(directory: Directory): void {
  const { frames, streams } = directory
  const sum = { eventCount: 0, idCount: 0, rawBytes: 0 }
  for (const [i, frame] of frames.entries()) {
    const what = `its frame ${i}`
    if (frame.firstStream >= streams.length) throw fault(`${what} begins with no stream`)
    if (frame.rawBytes > defaultSettings.frameBytesMax) {
      throw fault(`${what} has ${frame.rawBytes} bytes, at most ${defaultSettings.frameBytesMax}`)
    }
    checkTimes(frame, directory, what)
    sum.eventCount += frame.eventCount
    sum.idCount += frame.idCount
    sum.rawBytes += frame.rawBytes
  }
  for (const [i, stream] of streams.entries()) {
    const what = `its stream ${i}`
    if (stream.firstFrame > stream.lastFrame || stream.lastFrame >= frames.length) {
      throw fault(`${what} lies in frames that are not there`)
    }
    checkTimes(stream, directory, what)
  }
  for (const name of ['eventCount', 'idCount', 'rawBytes'] as const) {
    if (sum[name] === directory[name]) continue
    throw fault(`its ${name} is ${directory[name]}, that of its frames ${sum[name]}`)
  }
}

interface Span {
  readonly firstMicros: number
  readonly lastMicros: number
}

/** Times of a part lie within those of the whole. */
function checkTimes(part: Span, whole: Span, what: string): void {
  const isWithin = part.firstMicros >= whole.firstMicros && part.lastMicros <= whole.lastMicros
  if (isWithin && part.firstMicros <= part.lastMicros && part.lastMicros <= timeMicrosMax) return
  throw fault(`${what} lies at times that are not those of the bucket`)
}

function fault(what: string): ArchiveError {
  return new ArchiveError('corrupt', `bucket footer cannot be read: ${what}`)
}
