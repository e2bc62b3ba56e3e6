const seconds = 1000
const minutes = 60 * seconds
const MiB = 2 ** 20

/** Limits of the stores themselves: properties of their protocols, the same for every archive. */
export const storeLimits = {
  /** Longest key, as S3 has it. */
  keyBytesMax: 1024,
  /** Longest part of a key between slashes: file systems end at 255. */
  keyPartBytesMax: 200,
  /** Keys in one page of a listing, as S3 has it. */
  listKeysMax: 1_000,
  /** Keys in one multi-delete, as S3 has it. */
  deleteKeysMax: 1_000,
  /** Attempts of one read or delete before it is `unavailable`. */
  readAttemptsMax: 5,
  /** First pause between attempts; doubles each time, with jitter. */
  readPauseMillis: 50,
  /** Connections to one S3 endpoint: fewer make the requests of one round wait for each other. */
  socketsMax: 320,
  /** Time until a connection stands. */
  connectMillisMax: 2 * seconds,
  /** Time without an answer, or without a further byte of it, until an attempt has failed. */
  answerMillisMax: 5 * seconds,
  /** Time of one attempt in all; a large object gets more: see `slowestBytesPerSecond`. */
  attemptMillisMax: 20 * seconds,
  /** Slowest connection that a large object may still be moved over. */
  slowestBytesPerSecond: 1 * MiB,
  /** Larger objects are sent in parts, at two requests more; a full bucket is not. */
  singlePutBytesMax: 80 * MiB,
  /** One part of them. More means fewer requests and more memory. */
  putPartBytes: 16 * MiB,
  /** Wait for the lock of a directory store before a replace is `busy`. */
  lockWaitMillisMax: 5 * seconds,
  /** Pause between two looks at a lock that is taken, with jitter. */
  lockPauseMillis: 5,
  /** A temporary file older than this was left by a dead process. */
  temporaryFileMillisMax: 15 * minutes,
  /** Files a directory store touches at once. */
  fileConcurrency: 16,
} as const
