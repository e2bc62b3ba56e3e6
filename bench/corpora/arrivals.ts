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

let second = -1
let secondText = ''

/** RFC 3339 with microseconds. Neighbours share the text of their second. */
export function timeText(micros: number): string {
  const whole = Math.floor(micros / 1e6)
  if (whole !== second) {
    second = whole
    secondText = new Date(whole * 1000).toISOString().slice(0, 20)
  }
  return `${secondText}${String(1e6 + ((micros - whole * 1e6) | 0)).slice(1)}Z`
}
