import type { Context } from 'aws-lambda'
import type { Archive, BrigadeReport } from '../lib/archive.ts'
import type { Clock } from '../lib/core/clock.ts'
import { defaultSettings, type Settings } from '../lib/core/settings.ts'

/**
 * Of the memory; a fold takes two to three times its raw bytes, and never less than by default.
 */
const foldShare = 0.25

/** What a member does otherwise where it has so much memory to itself: larger folds. */
export function shiftSettings(memoryMebibytes: number): Pick<Settings, 'foldBytesMax'> {
  const foldBytesMax = memoryMebibytes * 2 ** 20 * foldShare
  return { foldBytesMax: Math.max(foldBytesMax, defaultSettings.foldBytesMax) }
}

/** The part of a call's time after which no further job is begun. */
const workShare = 0.8

/**
 * One member of the brigade works until nothing is left to do or most of the call's time is over:
 * then it wakes another, or what takes long would wait for the next batch or day. Whoever woke it,
 * the listing tells what to do; only the schedule lets it look for garbage.
 */
export async function takeShift(
  archive: Pick<Archive, 'brigadeOnce'>,
  call: { readonly tidies: boolean },
  context: Pick<Context, 'getRemainingTimeInMillis'>,
  clock: Clock,
  wakeAnother: () => Promise<void>,
): Promise<BrigadeReport> {
  const [work, rest] = [new AbortController(), new AbortController()]
  const millis = context.getRemainingTimeInMillis() * workShare
  clock.sleep(millis, rest.signal).then(
    () => work.abort(),
    () => {},
  )
  try {
    const report = await archive.brigadeOnce(work.signal, call)
    if (work.signal.aborted) await wakeAnother()
    return report
  } finally {
    rest.abort()
  }
}
