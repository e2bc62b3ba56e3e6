/** What the package exports as `varve/client`: the only file of this folder that others name. */
export type * from './answers.ts'
export { ArchiveClient, type ClientOptions } from './archive-client.ts'
export { ArchiveClientError } from './client-error.ts'
export type { EventStream } from './event-stream.ts'
export { Producer, type ProducerOptions } from './producer.ts'
