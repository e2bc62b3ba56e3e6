import type { Server } from 'node:http'
import { serve } from '@hono/node-server'
import type { Holder } from '../access/key-list.ts'
import type { Front } from '../archive.ts'
import { type Clock, systemClock } from '../core/clock.ts'
import { ArchiveError } from '../core/errors.ts'
import { defaultSettings, type Settings } from '../core/settings.ts'
import { createApp } from './app.ts'
import { loadConsole } from './console-files.ts'
import { onlyWithKey } from './key-guard.ts'
import { problemResponse } from './problem.ts'

export interface ServerOptions {
  readonly archive: Front
  /** 0: any free one. Default 7070. */
  readonly port?: number
  /** Default 127.0.0.1: only this machine. */
  readonly host?: string
  /** Who has an API key. Absent: nobody is asked who they are. */
  readonly holderOf?: (key: string) => Holder | undefined
  readonly settings?: Settings
  readonly clock?: Clock
}

export interface LocalServer {
  readonly url: string
  /** Takes no new connections, waits for answers in progress, then cuts what is left. */
  close(): Promise<void>
}

/** API and console on this machine's Node. Throws `invalid` when the port cannot be had. */
export async function startServer(options: ServerOptions): Promise<LocalServer> {
  const { archive, port = 7070, host = '127.0.0.1' } = options
  const { settings = defaultSettings, clock = systemClock, holderOf } = options
  const page = { files: await loadConsole(), ...(holderOf && { auth: 'bearer' as const }) }
  const app = createApp({ archive, settings, clock, console: page })
  const serving = holderOf ? onlyWithKey(app.fetch, holderOf) : app.fetch
  const fetch = isLoopback(host) ? onlyAsLocal(serving) : serving
  const server = await listen(fetch, port, host, settings)
  const address = server.address()
  const boundPort = typeof address === 'object' ? address?.port : port
  const name = host.includes(':') ? `[${host}]` : host
  return { url: `http://${name}:${boundPort}`, close: () => close(server, clock) }
}

type Fetch = (request: Request) => Response | Promise<Response>

function isLoopback(hostname: string): boolean {
  return /^(127\.[\d.]+|\[?::1\]?|([\w-]+\.)*localhost)$/.test(hostname)
}

/** A page anywhere may let its name point to this machine and read what is served here. */
function onlyAsLocal(fetch: Fetch): Fetch {
  return request => {
    const { hostname, pathname } = new URL(request.url)
    if (isLoopback(hostname)) return fetch(request)
    const detail = `this server answers as localhost, not as ${hostname}; --host opens it`
    return problemResponse(new ArchiveError('invalid', detail), pathname, { status: 403 })
  }
}

function listen(fetch: Fetch, port: number, hostname: string, settings: Settings): Promise<Server> {
  const options = { fetch, port, hostname, overrideGlobalObjects: false }
  return new Promise((resolve, reject) => {
    const server = serve({ ...options, serverOptions: limitsOf(settings) }, () => {
      server.off('error', refuse)
      resolve(server)
    }) as Server
    server.maxConnections = settings.connectionsMax
    const refuse = (cause: NodeJS.ErrnoException) => {
      const reason = reasons[cause.code ?? ''] ?? cause.message
      const message = `cannot listen on ${hostname}, port ${port}: ${reason}`
      reject(new ArchiveError('invalid', message, { cause }))
    }
    server.once('error', refuse)
  })
}

/** What a client that sends slowly, or without end, may take of a server. */
function limitsOf(settings: Settings) {
  const { headerBytesMax, headersMillisMax, requestMillisMax } = settings
  return {
    maxHeaderSize: headerBytesMax,
    headersTimeout: headersMillisMax,
    requestTimeout: requestMillisMax,
    // So often Node looks for those that are late.
    connectionsCheckingInterval: Math.max(10, headersMillisMax / 10),
  }
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is taken; name another with --port',
  EACCES: 'ports below 1024 need more rights; name another with --port',
  EADDRNOTAVAIL: 'this machine has no such address',
}

/** How long answers in progress may take to end. */
const graceMillis = 5_000

async function close(server: Server, clock: Clock): Promise<void> {
  const closed = new Promise<void>(resolve => server.close(() => resolve()))
  server.closeIdleConnections()
  const waiting = new AbortController()
  const patience = clock.sleep(graceMillis, waiting.signal).catch(() => {})
  await Promise.race([closed, patience])
  waiting.abort()
  server.closeAllConnections()
  await closed
}
