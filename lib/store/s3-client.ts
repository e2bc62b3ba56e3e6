import { S3Client } from '@aws-sdk/client-s3'
import { storeLimits } from '../core/store-limits.ts'

export interface S3Place {
  /** `s3://BUCKET/PREFIX`, without options. */
  readonly url: string
  readonly bucket: string
  /** Empty, or ends with a slash. */
  readonly prefix: string
  readonly endpoint: string | undefined
  readonly region: string | undefined
}

const answerTimes = new WeakMap<object, number>()

/**
 * A client that does everything once: nobody but us may repeat a request (PROTOCOL W3, C4). It
 * waits for nothing without limit, and remembers the `Date` header of every answer.
 */
export function makeS3Client(place: Pick<S3Place, 'endpoint' | 'region'>): S3Client {
  const client = new S3Client({
    maxAttempts: 1,
    ...(place.endpoint && { endpoint: place.endpoint, forcePathStyle: true }),
    ...(place.region && { region: place.region }),
    requestHandler: {
      connectionTimeout: storeLimits.connectMillisMax,
      requestTimeout: storeLimits.answerMillisMax,
      socketTimeout: storeLimits.answerMillisMax,
      throwOnRequestTimeout: true,
      httpAgent: { maxSockets: storeLimits.socketsMax },
      httpsAgent: { maxSockets: storeLimits.socketsMax },
    },
  })
  client.middlewareStack.add(
    next => async call => {
      const result = await next(call)
      const micros = dateMicros(result.response)
      if (micros !== undefined && result.output) answerTimes.set(result.output, micros)
      return result
    },
    { step: 'deserialize', priority: 'high', name: 'rememberAnswerTime' },
  )
  return client
}

/**
 * The store's time of this answer or of the error that came instead; undefined when it gave none.
 */
export function answerMicros(answer: object): number | undefined {
  return answerTimes.get(answer) ?? dateMicros((answer as { $response?: unknown }).$response)
}

function dateMicros(response: unknown): number | undefined {
  const headers = (response as { headers?: { date?: string } } | undefined)?.headers
  const millis = Date.parse(headers?.date ?? '')
  return Number.isNaN(millis) ? undefined : millis * 1000
}
