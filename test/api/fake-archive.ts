import type {
  AppendReceipt,
  AppendRequest,
  ErasureRequest,
  ErasureStatus,
  Front,
} from '../../lib/archive.ts'
import { ArchiveError, type ErrorDetail } from '../../lib/core/errors.ts'
import { logPolicy } from '../../lib/core/policy.ts'
import { formatTime } from '../../lib/core/time.ts'
import type {
  AnswerEnd,
  ContextQuestion,
  Damage,
  FieldsQuestion,
  FollowQuestion,
  Hit,
  HoursQuestion,
  SearchQuestion,
  TermsQuestion,
} from '../../lib/read/question.ts'

export const freeEnd: AnswerEnd = {
  complete: true,
  stoppedBy: null,
  cursor: null,
  receipt: {
    requests: { get: 1, list: 1, put: 0, delete: 0 },
    hedges: 0,
    rounds: 2,
    bytesRead: 10,
    bytesWritten: 0,
    dollars: 0.000005,
    millis: 1,
  },
  damage: [],
  healed: [],
  warnings: [],
}

/** Holds lines in memory and finds them by a substring: enough to see what the doors pass on. */
export class FakeArchive implements Front {
  readonly requests: AppendRequest[] = []
  readonly questions: SearchQuestion[] = []
  readonly hits: Hit[] = []
  readonly #keys = new Set<string>()
  detailsMax = 100
  /** What followers are told. */
  damage: Damage[] = []
  /** Called in place of the next answers; may throw. */
  fault: (() => unknown) | undefined

  async append(request: AppendRequest): Promise<AppendReceipt> {
    this.requests.push(request)
    this.fault?.()
    const errors: ErrorDetail[] = []
    const good: [stream: string, event: object][] = []
    request.lines
      .toString()
      .split('\n')
      .forEach((line, position) => {
        if (line.trim() === '') return
        try {
          const event = JSON.parse(line)
          if (event.bad) throw new Error('it is bad')
          good.push([event['@stream'] ?? request.stream, event])
        } catch (error) {
          errors.push({ line: position + 1, detail: (error as Error).message })
        }
      })
    const details = errors.slice(0, this.detailsMax)
    if (request.strict && errors.length > 0) {
      throw new ArchiveError('invalid', 'bad lines, nothing was stored', { details })
    }
    const known = request.key !== undefined && this.#keys.has(request.key)
    if (request.key) this.#keys.add(request.key)
    if (!known) for (const [stream, event] of good) this.#store(stream, event)
    const batch = good.length > 0 ? (request.key ?? 'batch') : null
    return { accepted: good.length, rejected: errors.length, errors: details, batch }
  }

  #store(stream: string, event: object): void {
    const timeMicros = this.hits.length * 1_000_000
    const shown = { '@time': formatTime(timeMicros), '@stream': stream, '@id': '1', ...event }
    this.hits.push({ timeMicros, stream, id: '1', line: Buffer.from(JSON.stringify(shown)) })
  }

  search(question: SearchQuestion) {
    this.questions.push(question)
    const { hits, fault } = this
    const { query = '', stream, limit = Number.POSITIVE_INFINITY, cursor = '0' } = question
    const found = hits.filter(
      hit => (stream === undefined || hit.stream === stream) && hit.line.includes(query),
    )
    const page = found.slice(Number(cursor), Number(cursor) + limit)
    const next = Number(cursor) + page.length
    const complete = next >= found.length
    return {
      async *[Symbol.asyncIterator]() {
        fault?.()
        yield* page
      },
      end: () =>
        complete
          ? freeEnd
          : { ...freeEnd, complete, stoppedBy: 'limit' as const, cursor: String(next) },
    }
  }

  async count() {
    this.fault?.()
    return { ...freeEnd, count: this.hits.length }
  }

  async explain() {
    const requests = { get: 3, list: 1 }
    return {
      ...freeEnd,
      bound: { requests, rounds: 4, bytesRead: 1000, dollars: 0.000006 },
      objects: { fresh: 0, sealed: 1, events: 20, bytes: 900 },
      frames: { all: 20, candidates: 2 },
      parts: [{ query: 'a', frames: 2, isIndexed: true }],
      hints: ['name a stream, or a glob of streams'],
    }
  }

  async histogram() {
    return { ...freeEnd, count: 3, intervals: [{ startMicros: 0, count: 3 }] }
  }

  async values() {
    const values = [{ value: '12345678901234567890', count: 2 }]
    return { ...freeEnd, distinct: 1, count: 2, values }
  }

  async streams() {
    const names = [...new Set(this.hits.map(hit => hit.stream))]
    const streams = names.map(stream => ({ stream, count: 1, firstMicros: 0, lastMicros: 0 }))
    return { ...freeEnd, streams }
  }

  async terms({ term }: TermsQuestion) {
    const tokens = [{ value: '12345678901234567890', count: 2 }]
    const distinct = { least: 1, isExact: true }
    return { ...freeEnd, count: 2, fields: [{ field: term, count: 2, distinct, tokens }] }
  }

  async fields(_question: FieldsQuestion = {}) {
    const distinct = { least: 1, isExact: false }
    const examples = ['12345678901234567890']
    const fields = [{ field: 'n', count: 2, kinds: ['number' as const], distinct, examples }]
    return { ...freeEnd, count: 3, fields }
  }

  async *follow({ query = '' }: FollowQuestion) {
    this.fault?.()
    yield { ...freeEnd, hits: [], missedBatches: 0 }
    this.fault?.()
    const hits = this.hits.filter(hit => hit.line.includes(query))
    yield { ...freeEnd, damage: this.damage, hits, missedBatches: 2 }
  }

  async hours({ interval = 'hour' }: HoursQuestion) {
    const endMicros = interval === 'hour' ? 3600e6 : 86_400e6
    const bounds = { least: 1, most: 3 }
    return { ...freeEnd, ...bounds, intervals: [{ startMicros: 0, endMicros, ...bounds }] }
  }

  async context({ id, before = 0 }: ContextQuestion) {
    const at = this.hits.findIndex(hit => hit.id === id)
    if (at < 0) throw new ArchiveError('missing', `no event has the id ${id}`)
    const { hits } = this
    return { ...freeEnd, event: hits[at]!, before: hits.slice(at - before, at), after: [] }
  }

  async stat() {
    this.fault?.()
    return {
      tail: { objects: 1, events: 2, bytes: 3 },
      sealed: { rollups: 0, runs: 0, buckets: 0, events: 0, bytes: 0, rawBytes: 0 },
      quarantined: { objects: 0, events: 0, bytes: 0 },
      catalog: { generation: 1, bytes: 2, claims: 0 },
      firstMicros: undefined,
      lastMicros: undefined,
    }
  }

  brigadeOnce(): Promise<never> {
    throw new Error('no door calls this')
  }

  brigade(): Promise<never> {
    throw new Error('no door calls this')
  }

  async erase({ erasureId, selection }: ErasureRequest): Promise<ErasureStatus> {
    this.fault?.()
    return {
      erasureId,
      state: 'masked',
      maskedMicros: 0,
      selection,
      waiting: { runs: 1, rollups: 0 },
    }
  }

  async erasure(erasureId: string) {
    return await this.erase({ erasureId, selection: {} })
  }

  async erasures() {
    return [await this.erasure('one')]
  }

  async addHold() {}

  async releaseHold() {}

  async holds() {
    return []
  }

  async policies() {
    return [
      { policy: { ...logPolicy, retentionMicros: 90 * 86_400e6 }, prunedBeforeMicros: 3600e6 },
    ]
  }

  changePolicies(): Promise<never> {
    throw new Error('no route sets policies')
  }

  attest(): Promise<never> {
    throw new Error('no route attests')
  }

  verifySince(): Promise<never> {
    throw new Error('no route verifies')
  }

  verify(): never {
    throw new Error('no route verifies')
  }

  setPolicies(): Promise<never> {
    throw new Error('no route sets policies')
  }

  prune(): Promise<never> {
    throw new Error('no route prunes')
  }

  async close() {}
}
