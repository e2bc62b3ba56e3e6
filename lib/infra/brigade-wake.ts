/**
 * How fresh batches wake the brigade on AWS, in plain numbers: the construct deploys them, and
 * the simulated day (`npm run day`) lives by them.
 */
export const brigadeWake = {
  /** As long as Lambda allows. */
  callMinutesMax: 15,
  /** Messages wait for company, then one call takes all of them. */
  windowMinutes: 1,
  callMessagesMax: 10_000,
  /** The fewest that Lambda allows; members need no more than each other's catalog. */
  concurrencyMax: 2,
  /** Six times the longest call, as Lambda asks of its queues. */
  visibilityMinutes: 90,
  /** Messages with which the brigade failed so often are kept, as a sign that it fails. */
  receivesMax: 5,
  retentionHours: 12,
  /** Without fresh batches: floor, garbage, roll-ups, retention. */
  scheduleHours: 24,
  /** One core of Lambda. */
  memoryMebibytes: 1769,
} as const
