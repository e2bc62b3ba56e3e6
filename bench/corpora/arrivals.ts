import type { Chance } from './chance.ts'

const dayMicros = 86400e6

/**
 * Times at which events arrive, ascending, in microseconds: at random, this many a second over a
 * whole day, at three in the afternoon four times as many as at three in the morning.
 */
export function arrivals(chance: Chance, startMicros: number, eventsPerSecond: number) {
  const gapMicros = 1e6 / eventsPerSecond
  let nowMicros = startMicros
  return (): number => {
    const hour = ((nowMicros % dayMicros) / dayMicros) * 2 * Math.PI
    const rate = 1 - 0.6 * Math.sin(hour + Math.PI / 4)
    nowMicros += (-Math.log(1 - chance.next()) * gapMicros) / rate
    return Math.floor(nowMicros)
  }
}

/** RFC 3339 with microseconds. */
export function timeText(micros: number): string {
  const text = new Date(Math.floor(micros / 1000)).toISOString()
  return `${text.slice(0, 23)}${String(micros % 1000).padStart(3, '0')}Z`
}
