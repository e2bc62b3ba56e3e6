import { createApp } from '../../lib/api/app.ts'
import type { Problem } from '../../lib/api/problem.ts'
import type { Clock } from '../../lib/core/clock.ts'
import { defaultSettings, type Settings } from '../../lib/core/settings.ts'
import { parseRfc3339 } from '../../lib/core/time.ts'
import { FakeArchive } from './fake-archive.ts'

/** It is always 2026-11-20T12:00:00Z. */
export const stillClock: Clock = {
  nowMicros: () => parseRfc3339('2026-11-20T12:00:00Z')!,
  sleep: async () => {},
}

/** The API over a fake archive, asked without a network. */
export function serveFake(changes: Partial<Settings> = {}) {
  const archive = new FakeArchive()
  const settings = { ...defaultSettings, ...changes }
  const app = createApp({ archive, settings, clock: stillClock })
  const ask = (path: string, init?: RequestInit) =>
    Promise.resolve(app.request(`http://archive${path}`, init))
  const append = (
    body: BodyInit | Buffer,
    headers: Record<string, string> = {},
    path = streamPath,
  ) => ask(path, { method: 'POST', body: body as BodyInit, headers })
  return { archive, app, ask, append }
}

const streamPath = '/v1/streams/web/eu/events'

export async function problemIn(response: Response): Promise<Problem> {
  return (await response.json()) as Problem
}
