import { startServer } from '../../lib/api/local-server.ts'
import { openArchive } from '../../lib/archive.ts'
import { ArchiveClient } from '../../lib/client/archive-client.ts'

/** An archive that is served over HTTP, whatever serves it. */
export interface Served {
  /** URL of its store. */
  readonly store: string
  readonly url: string
  readonly client: ArchiveClient
  /** Lets the brigade work until nothing is left to do. */
  fold(): Promise<unknown>
  close(): Promise<void>
}

/** Opens a server on a free port of this machine. */
export async function serveHere(store: string): Promise<Served> {
  const archive = await openArchive({ store, settings: { groupCommitMillis: 1 } })
  const server = await startServer({ archive, port: 0 })
  return {
    store,
    url: server.url,
    client: new ArchiveClient({ url: server.url }),
    fold: () => archive.brigadeOnce(),
    async close() {
      await server.close()
      await archive.close()
    },
  }
}
