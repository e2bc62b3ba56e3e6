import { ArchiveError } from './errors.ts'

const KiB = 1024
const MiB = 1024 * KiB
const seconds = 1000
const minutes = 60 * seconds
const hours = 60 * minutes

/** Every limit and every knob has its name here. More of each buys and costs what its line says. */
export const defaultSettings = {
  /** Longest event as received. More admits fatter events and costs memory in every reader. */
  eventBytesMax: 1 * MiB,
  /** Longest body of one append, as sent. API Gateway ends at 10 MB, Lambda at 6 MB. */
  bodyBytesMax: 64 * MiB,
  /** Longest body of one append after decompression: the guard against bombs. */
  bodyDecodedBytesMax: 64 * MiB,
  /** zstd frames in one body: each costs a call of the decoder, even an empty one. */
  bodyFramesMax: 10_000,
  /** Longest address and headers of one request: a query of the longest, percent-encoded, fits. */
  headerBytesMax: 64 * KiB,
  /** How long a client may take to send them before the local server ends the connection. */
  headersMillisMax: 10 * seconds,
  /** The same of a whole request: the longest body at 220 kB a second. */
  requestMillisMax: 5 * minutes,
  /** Connections to the local server; more are turned away. Each may hold a body in memory. */
  connectionsMax: 1_000,
  /** Longest body of one question: every parameter at its longest fits. */
  questionBytesMax: 64 * KiB,
  /** Most events in one batch. */
  batchEventsMax: 200_000,
  /** Most bytes of stored lines in one batch. More means fewer PUTs and more memory a request. */
  batchBytesMax: 96 * MiB,
  /** Streams one batch may hold. */
  batchStreamsMax: 10_000,
  /** How long concurrent appends wait for company before they share a PUT. */
  groupCommitMillis: 50,
  /** Bytes after which a shared batch takes no further request. */
  groupBytesMax: 8 * MiB,
  /** Findings reported of one append; the rest is only counted. */
  errorDetailsMax: 100,

  /** A writer sends and acknowledges a batch only this long after its id was made (PROTOCOL W3). */
  acceptWindowMillis: 24 * hours,
  /** How far a batch id may lie in the future: clocks differ. */
  futureWindowMillis: 5 * minutes,
  /**
   * The floor of ids follows the store's clock at this distance (PROTOCOL V1: A + M, M >= 24 h).
   */
  floorLagMillis: 7 * 24 * hours,
  /** Attempts of one PUT whose outcome stayed unknown before the writer reports it. */
  putAttemptsMax: 6,
  /** First pause between attempts; doubles each time, with jitter. */
  retryPauseMillis: 50,

  /** Tail objects that may wait for the brigade before writers are told to slow down (429). */
  tailObjectsMax: 100_000,
  /** Raw bytes one fold takes in. More makes fewer, larger runs and costs that much memory. */
  foldBytesMax: 128 * MiB,
  /** Tail objects one fold takes in. */
  foldObjectsMax: 5_000,
  /** Runs of similar size that one compaction merges: less rewrites more, more leaves more runs. */
  compactRunsMin: 4,
  /** A member folds when a batch has waited this long, or when there is enough for one fold. */
  foldWaitMillis: 10 * seconds,
  /** Pairs of a term and a frame that one run's index holds; 16 bytes each while it is built. */
  indexPairsMax: 8_000_000,
  /**
   * Bytes from which on a run of one hour is not compacted: at a high rate data is written once
   * after the tail. More makes fewer, larger buckets and writes their data again.
   */
  compactHourBytesMax: 8 * MiB,
  /** Inputs of one compaction, each with a frame in memory. */
  compactRunsMax: 16,
  /** Raw bytes of runs of a roll-up that one rewrite for an erasure makes anew; at least a run. */
  rewriteBytesMax: 1024 * MiB,
  /** Bytes fetched ahead by one compaction, over all of its inputs. */
  compactAheadBytes: 32 * MiB,
  /** Time from the end of a period until it may be rolled up: late events make less work then. */
  rollupWaitMillis: 15 * minutes,
  /**
   * Runs and roll-ups of a period that are worth a wider one. More leaves small archives alone and
   * asks more indexes a question.
   */
  rollupPartsMin: 4,
  /** The same of runs of an hour that is not over. Less merges their indexes once more. */
  rollupOpenPartsMin: 32,
  /** Inputs of one roll-up: each is open while their indexes are merged. */
  rollupPartsMax: 512,
  /** Bytes of indexes fetched ahead by one roll-up, over all of its inputs. */
  mergeAheadBytes: 16 * MiB,
  /** About the size of one part of the index of a roll-up; it is made in memory. */
  indexPartBytes: 16 * MiB,
  /** Buckets that one manifest lists: about a day at 1 TB a day. A read takes it whole. */
  manifestBucketsMax: 8_000,
  /** Batches put aside that a member fetches again, each time it tidies up. */
  quarantineLooksMax: 4,
  /** Runs and batches that a verification reads at once. More hides the latency of a store. */
  verifyConcurrency: 8,
  /** Bytes of frames that a verification fetches at once, of each bucket it reads. */
  verifyAheadBytes: 4 * MiB,
  /** Keys of objects that a verification holds; where there are more it lists them in parts. */
  verifyKeysMax: 1_000_000,
  /** Findings that one repair takes up. */
  repairFindingsMax: 100_000,
  /** Frames of an index that a verification compares in one pass over it; 16 bytes each. */
  verifyFramesMax: 4_000_000,
  /** Stored bytes of runs that one pass of a member cuts anew when policies changed: more is done
   * sooner and keeps the tail waiting. */
  recutBytesMax: 256 * MiB,
  /**
   * Part of a policy's events that pruning takes without being told to, when its horizon rises by
   * more than `pruneAdvanceMillis` at once. More lets a mistyped policy do more harm.
   */
  pruneShareMax: 0.05,
  /** How far a horizon may rise at once whatever that takes: longer than a brigade ever rests. */
  pruneAdvanceMillis: 8 * 24 * hours,
  /** Horizons kept, of the policies of now and before. */
  horizonsMax: 1_000,
  /** Policies of one archive. */
  policiesMax: 100,
  /** Pause between two passes of floor and garbage collection of one member. */
  tidyPauseMillis: 10 * minutes,
  /** An older claim is cancelled by the next member; a heuristic, never needed for safety. */
  claimStaleMillis: 15 * minutes,
  /** Attempts of one catalog commit before it gives up as `unavailable`. */
  commitAttemptsMax: 60,
  /** Pause between two rounds of a brigade member that found nothing to do. */
  brigadePauseMillis: 5 * seconds,
  /** Absorbed ids kept in the catalog itself; more move the older half to a segment. */
  recentMax: 2_000,
  /** Ids in one segment of absorbed ids. */
  segmentIdsMax: 100_000,
  /**
   * Entries of the chain kept in the catalog itself; more move to a segment. More means fewer
   * segments and a larger catalog in every read: about 250 bytes each.
   */
  chainEntriesMax: 16,
  /** Bytes of entries from which on a segment of the chain is merged with no other. */
  chainSegmentBytesMax: 16 * MiB,
  /** Largest catalog and largest segment, uncompressed. */
  catalogBytesMax: 64 * MiB,

  /**
   * Frames that share one parity. More takes less room, heals fewer damaged frames and fetches more
   * to heal one.
   */
  parityFramesMax: 32,
  /** Their stored bytes: a reader that heals one of them holds as much. */
  parityBytesMax: 16 * MiB,
  /** Frames that one question heals at once, each with its group in memory. */
  healConcurrency: 2,
  /** Largest frame, uncompressed: what claims to be larger is not given room. */
  frameBytesMax: 128 * MiB,
  /** Objects a backup or a restore copies at once. */
  copyConcurrency: 16,
  /** Bytes of them in memory; one that is larger goes alone. */
  copyAheadBytes: 128 * MiB,
  /** Catalogs a backup begins with because one before referred to what has gone since. */
  backupRestartsMax: 20,
  /** Looks for a moment in which no import moves on, before a backup does without. */
  backupLooksMax: 5,
  /** Largest list of what a generation holds beside its objects, uncompressed. */
  backupContentsBytesMax: 256 * MiB,
  /** Erasures whose masks stand at a time: every read compares its lines with each of them. */
  masksMax: 100,
  /** Longest id of an erasure or a legal hold, and longest reason of a hold, in characters. */
  erasureIdLengthMax: 200,
  holdReasonLengthMax: 1_000,
  /** Legal holds at a time. */
  holdsMax: 1_000,
  /** Replaced objects that a certificate names; the rest is only counted. */
  replacedKeysMax: 10_000,
  /**
   * Longest life of a process that may still be uploading what an erasure has forgotten: a Lambda
   * lives 15 minutes. A certificate waits so long behind the last rewrite.
   */
  processMillisMax: 15 * minutes,

  /** zstd level of fresh buckets: written once, read a few times, folded soon. */
  tailCompressionLevel: 1,
  /**
   * zstd level of sealed buckets: written once or twice, kept for years. At frames of 1 MiB, 9
   * makes the same bytes as 8 in more memory; see docs/performance.md for the others.
   */
  sealedCompressionLevel: 8,

  /** Longest query text. */
  queryLengthMax: 4096,
  /** Deepest nesting of a query. */
  queryDepthMax: 64,
  /** States of one regular expression: time a character grows with it. */
  regexStatesMax: 1_000,
  /** Events one answer may return before it ends with a cursor. */
  answerEventsMax: 1_000_000,
  /** Bytes of their lines after which it does, too: Lambda streams 200 MB and then breaks off. */
  answerBytesMax: 128 * MiB,
  /** Events a page returns when the caller names no limit. */
  pageEvents: 100,
  /** Events around an event that one answer returns, on either side. */
  contextEventsMax: 1_000,
  /** Pause between two looks for new batches: half of it shows them sooner, at twice the price. */
  followPollMillis: 2 * seconds,
  /** Events shown of one look. */
  followEventsMax: 10_000,
  /** How long one request may follow: a tail that nobody watches must not cost for ever. */
  followMillisMax: 15 * minutes,
  /** Bytes of matching lines a reader holds while it brings them in order. */
  readMemoryBytes: 64 * MiB,
  /**
   * How long a GET over a network may take before it is sent again, at most one in ten: 5 % of S3's
   * answers come later, and the last of many would make the answer wait. 0: never.
   */
  hedgeMillis: 75,
  /** GETs of frames in flight for one question: so many large answers are in memory at once. */
  readConcurrency: 64,
  /** GETs of indexes, directories and small objects in flight: many at once are one round. */
  lookConcurrency: 256,
  /** Frames of one pass that the asking thread looks through itself before it starts others. */
  fleetFramesMin: 16,
  /**
   * Stored bytes of frames from which on a question is heavy: the scan function looks through the
   * rest. A process looks through as many in about a second; a call that starts takes half of one.
   */
  heavyBytesMin: 32 * MiB,
  /** Calls of the scan function at once. More answer sooner and leave less to the account. */
  scanCallsMax: 32,
  /** Stored bytes of one call: two seconds of work, well within a Lambda's first, fast 300 MB. */
  scanPartBytesMax: 64 * MiB,
  /** Fewer are not worth a call. */
  scanPartBytesMin: 4 * MiB,
  /** Frames of one call, and streams wanted of them: Lambda takes 6 MB. */
  scanPartItemsMax: 16_384,
  /** Bytes of one reply, as it travels: Lambda gives 6 MB. The rest of the part is asked again. */
  scanReplyBytesMax: 5.5 * MiB,
  /** Ranges that a call fetches ahead of the one it looks through. */
  scanRangesAhead: 4,
  /** Longest that a call may work, besides its bytes at `scanBytesPerSecondMin`. */
  scanMillisMax: 2 * seconds,
  /** Longest that it may take beside that to start, and to send its reply. */
  scanStartMillisMax: 10 * seconds,
  /** Stored bytes a second that are looked through at least; else the rest is asked again. */
  scanBytesPerSecondMin: 10 * MiB,
  /** Calls in vain after which a part is looked through by who asked. */
  scanAttemptsMax: 4,
  /** How long no call is made when the account had no room for a single one. */
  scanRestMillis: 10 * seconds,
  /** Two ranges nearer than this are fetched as one: a GET costs what 1.6 MB of transfer do. */
  mergeGapBytes: 1 * MiB,
  /** Largest merged range. */
  mergedRangeBytesMax: 16 * MiB,
  /** Fresh readings of listing and catalog after a 404 before the answer is `unavailable`. */
  readRestartsMax: 10,
  /** Immutable bytes a process keeps: frames, directories, catalog. */
  cacheBytes: 128 * MiB,
  /** Histogram buckets one answer may have. */
  histogramBucketsMax: 100_000,
  /** Stored bytes that a question about hours reads where the indexes do not tell hours apart. */
  hoursReadBytes: 32 * MiB,
  /** Distinct values counted exactly by one `values` question. */
  distinctValuesMax: 1_000_000,
  /** Distinct values of one field that a question about all fields tells apart. */
  fieldValuesMax: 10_000,
  /** Longest value that such a question shows. */
  fieldValueBytesMax: 128,
  /** Bytes of the values, and of the names of fields, that such a question holds. */
  fieldBytesMax: 64 * MiB,

  /** Raw bytes of one batch of an import. More means fewer PUTs and more memory; four are sent. */
  importBatchBytes: 4 * MiB,
  /** Events of one batch of an import. */
  importBatchEvents: 20_000,
  /** Batches of an import in flight. */
  importAppendsMax: 4,
  /** Batches between two marks of an import's progress: so many are sent again after a crash. */
  importGroupBatches: 16,
  /** Beginning of a file that decides its format. */
  importSampleBytes: 64 * KiB,
  /** Deepest nesting of archives and compression in an imported file. */
  importNestingMax: 4,
  /** Members of an archive that a report names one by one; the rest is only counted. */
  importFilesListedMax: 1_000,
  /** Times an import waits because the archive asked it to, one batch. */
  importWaitsMax: 30,
} as const

export type Settings = { readonly [Name in keyof typeof defaultSettings]: number }

/**
 * The defaults with some of them changed. Throws `invalid` for a name or a value that cannot be.
 */
export function settingsWith(changes: Partial<Settings> = {}): Settings {
  for (const [name, value] of Object.entries(changes)) {
    if (!Object.hasOwn(defaultSettings, name))
      throw new ArchiveError('invalid', `no setting is named ${name}`)
    if (!Number.isFinite(value) || value < 0) {
      throw new ArchiveError('invalid', `setting ${name} is ${value}, expected a number >= 0`)
    }
  }
  return { ...defaultSettings, ...changes }
}
