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
