import type { Settings } from '../core/settings.ts'
import { requestDollars, scanDollars } from '../store/prices.ts'
import type { CostBound } from './question.ts'
import { countWaves, firstWave, shortAnswerEvents, waveSourcesMax } from './waves.ts'

/** What may have to be fetched of one object. */
export interface ObjectCost {
  /** To open it; 0: it need not be opened. */
  readonly openingBytes: number
  /** Opening it brings all of it. */
  readonly isWhole: boolean
  /** Most frames that are read, the size of the largest, and that of all of them together. */
  readonly frameCount: number
  readonly frameBytesMax: number
  readonly framesBytes: number
}

export interface Reckoning {
  /** What was asked before the first object is opened: snapshot, manifests, indexes. */
  readonly before: {
    readonly gets: number
    readonly lists: number
    /** Up to the snapshot. */
    readonly rounds: number
    readonly bytes: number
  }
  readonly objects: readonly ObjectCost[]
  /** Objects and manifests, which are come to wave by wave. */
  readonly visits: number
  /** Most events wanted. */
  readonly wanted: number
  readonly settings: Settings
  /** Memory of the scan function, where it looks through heavy questions. */
  readonly scanGigabytes?: number | undefined
}

/** Rounds a wave takes at most: index and its pages, summary and its columns, objects. */
const roundsOfVisit = 5

/**
 * The most that reading these objects costs: requests as if every frame had its own, bytes as if
 * every gap between two were fetched with them. Pure.
 */
export function boundCost(reckoning: Reckoning): CostBound {
  const { before, objects, visits, wanted, settings } = reckoning
  const opened = objects.filter(object => object.openingBytes > 0)
  const openingBytes = opened.reduce((sum, object) => sum + object.openingBytes, 0)
  // What came along is still in memory when its turn comes, unless there was too much of it.
  const isKept = openingBytes <= settings.cacheBytes / 4
  let frameCount = 0
  let framesBytes = 0
  for (const object of opened) {
    if (object.isWhole && isKept) continue
    frameCount += object.frameCount
    const apart = object.frameCount * object.frameBytesMax
    framesBytes += isKept ? Math.min(object.framesBytes, apart) : apart
    // What lies in a gap may be wanted itself, in a later wave.
    const gapBytes = Math.min(settings.mergeGapBytes, object.framesBytes)
    framesBytes += Math.max(0, object.frameCount - 1) * gapBytes
  }
  const requests = { get: before.gets + opened.length + frameCount, list: before.lists }
  const isShort = wanted <= shortAnswerEvents
  const framesMax = Math.max(1, settings.readConcurrency)
  // A short answer opens no more than it seems to need: at worst one, whose frames are read next.
  const visitWaves = isShort
    ? visits
    : countWaves(visits, waveSourcesMax, waveSourcesMax) +
      Math.ceil((4 * openingBytes) / Math.max(1, settings.cacheBytes))
  const frameWaves = isShort
    ? visits + countWaves(frameCount, firstWave, framesMax)
    : countWaves(frameCount, framesMax, framesMax)
  const rounds = before.rounds + roundsOfVisit * visitWaves + frameWaves
  return {
    requests,
    rounds: Math.min(rounds, requests.get + requests.list),
    bytesRead: before.bytes + openingBytes + framesBytes,
    dollars:
      requestDollars({ ...requests, put: 0, delete: 0 }) + boundScans(framesBytes, reckoning),
  }
}

/** What calls of the scan function for so many bytes cost if each takes all its time. */
function boundScans(bytes: number, { settings, scanGigabytes }: Reckoning): number {
  const { scanPartBytesMax, scanCallsMax, scanMillisMax, scanBytesPerSecondMin } = settings
  if (scanGigabytes === undefined || bytes < settings.heavyBytesMin) return 0
  // Waves are topped up when they are half empty; the last ones are cut finer.
  const partCount = scanCallsMax + Math.ceil((2 * bytes) / scanPartBytesMax)
  const seconds = (partCount * scanMillisMax) / 1000 + bytes / scanBytesPerSecondMin
  // The slowest tenth may be asked twice.
  const [calls, gigabyteSeconds] = [1.1 * partCount, 1.1 * seconds * scanGigabytes]
  return scanDollars({ calls, gigabyteSeconds })
}
