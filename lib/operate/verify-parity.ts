import type { Directory, FrameEntry } from '../bucket/directory.ts'
import { dataBytesOf, readTwin } from '../bucket/footer.ts'
import { groupOfFrame, healFrame, type ReadBytes } from '../bucket/parity.ts'
import { checkParityBytes, checkTwin, spanOfParity } from '../bucket/parity-check.ts'
import { readFrame } from '../bucket/reader.ts'
import { ArchiveError } from '../core/errors.ts'
import { ownerOfBucket } from '../store/keys.ts'
import type { Finding } from './finding.ts'
import { checkObject, fetchObject, findingOf, type Inspection } from './inspection.ts'

/** A bucket as what refers to it has it. */
interface BucketPlace {
  readonly key: string
  readonly sizeBytes: number
  readonly footerBytes: number
}

/** What reads need only where something is damaged: the parity of each group, and the twin. */
export async function parityFindings(
  inspection: Inspection,
  { key, sizeBytes, footerBytes }: BucketPlace,
  directory: Directory,
): Promise<Finding[]> {
  if (!directory.parity) return []
  const startByte = dataBytesOf(directory)
  const twinEnd = sizeBytes - footerBytes
  const twin = { start: startByte, end: sizeBytes }
  const checks = [
    ...directory.parity.map(group => {
      const range = spanOfParity(group)
      return { range, check: (bytes: Buffer) => checkParityBytes(group, bytes) }
    }),
    {
      range: twin,
      check: (bytes: Buffer) =>
        checkTwin(
          bytes.subarray(twinEnd - startByte),
          bytes.subarray(0, twinEnd - startByte),
          startByte,
        ),
    },
  ]
  const findings: Finding[] = []
  for (const { range, check } of checks) {
    try {
      await checkObject(inspection, key, { range }, ({ bytes }) => check(bytes))
    } catch (fault) {
      const part = { startByte: range.start, endByte: range === twin ? twinEnd : range.end }
      findings.push(findingOf(fault, key, 'repair', part))
    }
  }
  return findings
}

/** A damaged frame as parity heals it; `undefined`: it does not. Throws `missing`. */
export async function healedFrame(
  inspection: Inspection,
  key: string,
  { parity }: Directory,
  frame: FrameEntry,
): Promise<Buffer | undefined> {
  const group = groupOfFrame(parity, frame)
  if (!group) return undefined
  return await unlessCorrupt(async () =>
    readFrame(await healFrame(group, frame, readerOf(inspection, key)), frame),
  )
}

/** The directory by the twin of a damaged footer; `undefined`: there is none. Throws `missing`. */
export async function twinDirectory(
  inspection: Inspection,
  place: BucketPlace,
): Promise<Directory | undefined> {
  const { key } = place
  return await unlessCorrupt(() => readTwin(place, ownerOfBucket(key), readerOf(inspection, key)))
}

function readerOf(inspection: Inspection, key: string): ReadBytes {
  return async (start, end) => (await fetchObject(inspection, key, { range: { start, end } })).bytes
}

async function unlessCorrupt<T>(make: () => Promise<T>): Promise<T | undefined> {
  try {
    return await make()
  } catch (fault) {
    if (fault instanceof ArchiveError && fault.code === 'corrupt') return undefined
    throw fault
  }
}
