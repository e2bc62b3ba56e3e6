import { hash } from 'node:crypto'
import type { BucketRef, ManifestRef, Rollup, Run } from './catalog.ts'
import type { RolledRun } from './manifest.ts'

/** SHA-256 in hexadecimal: the one hash of the evidence (docs/format.md, section 13). */
export function sha256(content: Uint8Array | string): string {
  return hash('sha256', content)
}

/** Of several objects in order, from the hashes of their bytes. */
export function digestOfObjects(digests: readonly string[]): string {
  return sha256(digests.join(''))
}

/**
 * Of what a reader believes of a run before it opens a bucket: a span or a count that is altered
 * hides events as well as an altered byte does. The same in the catalog and in a manifest.
 */
export function digestOfRun(run: RolledRun): string {
  const { id, startMicros, endMicros, digest } = run
  return digestOf([id, startMicros, endMicros, digest, run.buckets.map(valuesOfBucket)])
}

function digestOfRollup(rollup: Rollup): string {
  const { id, startMicros, endMicros, digest } = rollup
  return digestOf([id, startMicros, endMicros, digest, rollup.manifests.map(valuesOfManifest)])
}

export function digestOfPart(part: Run | Rollup): string {
  return 'buckets' in part ? digestOfRun(part) : digestOfRollup(part)
}

/** Of any value that JSON can hold. */
export function digestOf(value: unknown): string {
  return sha256(JSON.stringify(value ?? null))
}

// Values in a fixed order: what comes back from JSON or from a backup may have its members in
// another.
function valuesOfBucket(ref: BucketRef): unknown[] {
  const { key, sizeBytes, footerBytes, rawBytes, frameCount, frameBytesMax } = ref
  const { eventCount, idCount, firstMicros, lastMicros, streamCount } = ref
  const sizes = [sizeBytes, footerBytes, rawBytes, frameCount, frameBytesMax, streamCount]
  const { firstStream, lastStream } = ref
  return [key, ...sizes, eventCount, idCount, firstMicros, lastMicros, firstStream, lastStream]
}

function valuesOfManifest(ref: ManifestRef): unknown[] {
  const { key, sizeBytes, frameCount, eventCount, idCount, isDistinct } = ref
  const { firstMicros, lastMicros, firstStream, lastStream } = ref
  const counts = [frameCount, eventCount, idCount, isDistinct]
  return [key, sizeBytes, ...counts, firstMicros, lastMicros, firstStream, lastStream]
}
