/** An answer up to this long is read in small waves, so that no frame is fetched in vain. */
export const shortAnswerEvents = 1000
/** Frames and objects of the first wave of a short answer; each wave doubles it. */
export const firstWave = 8
/** Objects opened in one wave. */
export const waveSourcesMax = 256

/** How many waves take this many things, when each takes twice as many as the one before. */
export function countWaves(count: number, first: number, max: number): number {
  let waves = 0
  for (let taken = 0, size = Math.min(first, max); taken < count; waves++) {
    taken += size
    size = Math.min(size * 2, max)
  }
  return waves
}

/** Objects of the first wave of a short answer about one stream, when its events are few. */
const sparseWaveMax = 64
/** Streams are not equally busy: so much more is opened than the average tells. */
const reserve = 1.5

/**
 * Objects to open first for an answer of this many events of one stream: as many as have them, if
 * the stream is no less busy than its neighbours.
 */
export function firstWaveOf(
  wanted: number,
  sources: readonly { readonly eventCount: number; readonly streamCount: number | undefined }[],
): number {
  let sum = 0
  let count = 0
  for (const { eventCount, streamCount } of sources) {
    if (streamCount === undefined) continue
    sum += eventCount / streamCount
    count++
  }
  if (count === 0) return firstWave
  return clampWave((wanted * reserve * count) / sum)
}

/** A wave that finds nothing is followed by one of so many times as many objects. */
const afterNothing = 8

/** The wave after one of `opened` objects that had `found` of what is wanted. */
export function nextWaveOf(wanted: number, opened: number, found: number): number {
  return found === 0
    ? opened * afterNothing
    : Math.max(opened * 2, clampWave((wanted * opened) / found))
}

function clampWave(count: number): number {
  return Math.max(firstWave, Math.min(Math.ceil(count), sparseWaveMax))
}
