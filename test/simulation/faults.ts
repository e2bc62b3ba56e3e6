import { ArchiveError } from '../../lib/core/errors.ts'
import type { PutResult, StoredObject } from '../../lib/store/store.ts'

export interface Call {
  /** Position in the history, from 1. */
  readonly number: number
  readonly process: string
  readonly kind: 'get' | 'getIfChanged' | 'create' | 'replace' | 'list' | 'delete'
  /** The key; the prefix of a list; the first key of a delete. */
  readonly key: string
  readonly keys: readonly string[]
  readonly sizeBytes: number
}

/** A request that has come to the store, and everything that can go wrong with it. */
export interface Request {
  readonly call: Call
  /** In [0, 1), from the seed. */
  chance(): number
  /** Does what was asked, now. Can happen never, once or twice. */
  apply(): unknown
  /** Does what was asked some steps, or a long time, from now. */
  applyLater(): void
  reply(value: unknown): void
  /** What the caller gets when no answer comes: `unknown` of a put, an error of anything else. */
  replyNothing(reason: string): void
  fail(error: ArchiveError): void
  /** Lets virtual time pass before what follows. */
  after(millis: number, follow: () => void): void
  crash(): void
  freezeFor(millis: number): void
  /** The next requests of anybody meet this fault too. */
  spread(fault: FaultKind, count: number): void
  storeTimeMicros(): number
  otherObject(): Buffer
  tornListing(): void
  deleteSome(): void
}

interface Fault {
  readonly calls: readonly Call['kind'][]
  strike(request: Request): void
}

const puts = ['create', 'replace'] as const
const writes = ['create', 'replace', 'delete'] as const
const gets = ['get', 'getIfChanged'] as const
const reads = ['get', 'getIfChanged', 'list'] as const
const all = [...reads, ...writes] as const
const timeoutMillis = 20_000
const freezeMillisMax = 48 * 3_600_000

export const faults = {
  'request-lost': { calls: all, strike: r => r.replyNothing('connection reset') },
  'response-lost': {
    calls: writes,
    strike: r => {
      r.apply()
      r.replyNothing('connection reset')
    },
  },
  /** A zombie: the caller hears nothing, and much later it happens. */
  'effect-delayed': {
    calls: writes,
    strike: r => {
      r.applyLater()
      r.replyNothing('timed out')
    },
  },
  'effect-duplicated': {
    calls: writes,
    strike: r => {
      r.reply(r.apply())
      r.applyLater()
    },
  },
  busy: {
    calls: puts,
    strike: r => r.reply({ outcome: 'busy', storeTimeMicros: r.storeTimeMicros() }),
  },
  'refused-after-success': {
    calls: puts,
    strike: r => {
      r.apply()
      r.reply({ outcome: 'refused', storeTimeMicros: r.storeTimeMicros() } satisfies PutResult)
    },
  },
  missing: {
    calls: ['replace'],
    strike: r => r.reply({ outcome: 'missing', storeTimeMicros: r.storeTimeMicros() }),
  },
  'server-error': {
    calls: all,
    strike: r => {
      if (r.chance() < 0.5) r.apply()
      r.replyNothing('500 InternalError')
    },
  },
  /** Comes in bursts, which end: of those it strikes fewer than one in two strikes others. */
  'slow-down': {
    calls: all,
    strike: r => {
      if (r.chance() < 0.2) r.spread('slow-down', 1 + Math.floor(r.chance() * 5))
      r.replyNothing('503 SlowDown')
    },
  },
  forbidden: {
    calls: all,
    strike: r => r.fail(new ArchiveError('unavailable', `403 AccessDenied: ${r.call.key}`)),
  },
  timeout: {
    calls: all,
    strike: r => {
      if (r.chance() < 0.5) r.apply()
      r.after(timeoutMillis, () => r.replyNothing('timed out'))
    },
  },
  'body-truncated': {
    calls: gets,
    strike: r => replyBody(r, bytes => bytes.subarray(0, Math.floor(r.chance() * bytes.length))),
  },
  'body-over-long': {
    calls: gets,
    strike: r => replyBody(r, bytes => Buffer.concat([bytes, Buffer.from('surplus')])),
  },
  'body-flipped': {
    calls: gets,
    strike: r =>
      replyBody(r, bytes => {
        const flipped = Buffer.from(bytes)
        const position = Math.floor(r.chance() * bytes.length)
        if (bytes.length > 0) flipped[position]! ^= 1 << Math.floor(r.chance() * 8)
        return flipped
      }),
  },
  'wrong-object': { calls: gets, strike: r => replyBody(r, () => r.otherObject()) },
  /** One page, but its second half was read later. */
  'listing-torn': { calls: ['list'], strike: r => r.tornListing() },
  'delete-partial': { calls: ['delete'], strike: r => r.deleteSome() },
  'crash-before': { calls: all, strike: r => r.crash() },
  'crash-after': {
    calls: all,
    strike: r => {
      r.apply()
      r.crash()
    },
  },
  /** As a Lambda between two calls: nothing runs, and then it goes on. */
  freeze: {
    calls: all,
    strike: r => {
      const millis = r.chance() < 0.5 ? 1000 : r.chance() * freezeMillisMax
      r.freezeFor(millis)
      if (r.chance() < 0.5) r.reply(r.apply())
      else r.after(millis, () => r.reply(r.apply()))
    },
  },
} satisfies Record<string, Fault>

export type FaultKind = keyof typeof faults
export const faultKinds = Object.keys(faults) as FaultKind[]

/** How often each kind strikes a request it can strike, 0 to 1. */
export type FaultRates = Partial<Record<FaultKind, number>>

export function canStrike(fault: FaultKind, call: Call): boolean {
  return (faults[fault].calls as readonly string[]).includes(call.kind)
}

function replyBody(request: Request, change: (bytes: Buffer) => Buffer): void {
  const answer = request.apply() as StoredObject | 'unchanged' | undefined
  if (!answer || answer === 'unchanged') request.reply(answer)
  else request.reply({ ...answer, bytes: change(answer.bytes) })
}
