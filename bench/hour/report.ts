import { countsOf, type RecordingStore } from '../recording-store.ts'

/** What a process of this benchmark says of itself when it is done. */
export interface Report {
  readonly cpuSeconds: number
  readonly peakBytes: number
  readonly [name: string]: unknown
}

/** Tells the process that began this one. */
export function report(more: Record<string, unknown>): void {
  const { user, system } = process.cpuUsage()
  const peakBytes = process.resourceUsage().maxRSS * 1024
  process.send!({ cpuSeconds: (user + system) / 1e6, peakBytes, ...more })
  process.disconnect()
}

/** Requests and bytes written, by the first part of their keys. */
export function written(store: RecordingStore): Record<string, unknown> {
  const requests = store.take()
  const bytes: Record<string, number> = {}
  for (const { kind, key, bytes: sizeBytes } of requests) {
    if (kind !== 'put') continue
    const name = key.split('/')[0]!
    bytes[name] = (bytes[name] ?? 0) + sizeBytes
  }
  return { requests: countsOf(requests), bytes }
}
