/**
 * What `@smithy/core/event-streams` is in the bundles of the Lambdas: of all requests to S3 only
 * SelectObjectContent is answered by a stream of events, and nobody sends it.
 */
export function resolveEventStreamSerdeConfig<Config>(config: Config): Config {
  return config
}

export function eventStreamSerdeProvider(): never {
  throw new Error('no request is answered by a stream of events')
}

/** Made for an answer that is one, only. */
export class EventStreamSerde {
  constructor() {
    eventStreamSerdeProvider()
  }
}
