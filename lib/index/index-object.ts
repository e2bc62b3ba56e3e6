import { ArchiveError } from '../core/errors.ts'
import { checksumOf } from './term-page.ts'

/** docs/format.md, section 9. */
const signature = 'VRI2'
const endBytes = 12

/**
 * An object of these sections, and behind them what readers take from the catalog: so that an index
 * tells without one what it holds. `owner` is what its key says of it.
 */
export function joinSections(
  sections: readonly Buffer[],
  description: object,
  owner: string,
): Buffer {
  const json = Buffer.from(JSON.stringify({ owner, ...description }))
  const end = Buffer.alloc(endBytes)
  end.writeUInt32LE(json.length, 0)
  end.writeUInt32LE(checksumOf(owner, json.length, json), 4)
  end.write(signature, 8, 'latin1')
  return Buffer.concat([...sections, json, end])
}

/** The description at the end of an object. Throws `corrupt`, also for that of another owner. */
export function readDescription(object: Buffer, owner: string): object {
  const jsonEnd = object.length - endBytes
  const sizeBytes = jsonEnd < 0 ? Number.POSITIVE_INFINITY : object.readUInt32LE(jsonEnd)
  if (sizeBytes > jsonEnd || object.toString('latin1', jsonEnd + 8) !== signature) {
    throw fault('does not end as one')
  }
  const json = object.subarray(jsonEnd - sizeBytes, jsonEnd)
  const [found, expected] = [checksumOf(owner, sizeBytes, json), object.readUInt32LE(jsonEnd + 4)]
  if (found !== expected) {
    throw fault(`describes itself with checksum ${found.toString(16)}, expected ${expected}`)
  }
  return JSON.parse(json.toString())
}

/** How many of the object's last bytes its description takes, once it was read. */
export function descriptionBytes(object: Buffer): number {
  return object.readUInt32LE(object.length - endBytes) + endBytes
}

function fault(what: string): ArchiveError {
  return new ArchiveError('corrupt', `index object ${what}`)
}
