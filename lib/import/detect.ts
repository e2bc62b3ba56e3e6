import { ArchiveError } from '../core/errors.ts'
import type { Format } from './format.ts'
import { formats } from './formats.ts'

/**
 * A file's format is told from its first 64 KiB, never from its name. Each format gives the sample
 * a score; the highest wins, and of equal scores the first in the list of formats:
 *
 *   cloudtrail  1 when it begins with {"Records":[
 *   json        1 when it begins with [ and { ; 0.45 when it begins with an object, so that
 *               pretty-printed objects are json and objects a line are ndjson
 *   ndjson, combined, common, syslog, logfmt (times 0.95)
 *               the share of the lines that are of the format
 *   csv         0.92 when the first record looks like names and half of the others have as many
 *               values
 *   log4j       0.6 to 0.9 by the share of lines with a timestamp, if one of the first ten has one
 *   raw         0.1 always: what nothing else fits is text
 *
 * An empty sample is raw. Throws `invalid` when the sample is not text at all.
 */
export function detectFormat(sample: Buffer, sampleBytesMax: number, fileName: string): Format {
  const lines = sample.length < sampleBytesMax ? sample : completeLines(sample)
  refuseBinary(lines, fileName)
  let best = formats.at(-1)!
  let bestScore = 0
  for (const format of formats) {
    const score = format.score(lines)
    if (score > bestScore) [best, bestScore] = [format, score]
  }
  return best
}

/** A line cut by the end of the sample says nothing about the format, unless it is the only one. */
function completeLines(sample: Buffer): Buffer {
  const end = sample.lastIndexOf(0x0a)
  return end < 0 ? sample : sample.subarray(0, end + 1)
}

const binaryShareMax = 0.1

function refuseBinary(sample: Buffer, fileName: string): void {
  let controls = 0
  for (const byte of sample) {
    if (byte < 0x09 || (byte > 0x0d && byte < 0x20 && byte !== 0x1b)) controls++
  }
  if (controls <= sample.length * binaryShareMax) return
  throw new ArchiveError(
    'invalid',
    `${fileName} is not text: ${controls} of its first ${sample.length} bytes are control bytes, ` +
      'expected one of the formats, plain or in gzip, zstd or tar',
  )
}
