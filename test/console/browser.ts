import { existsSync } from 'node:fs'
import test, { after, type TestContext } from 'node:test'
import { type Browser, chromium, type Page } from 'playwright-core'
import { startServer } from '../../lib/api/local-server.ts'
import { type Archive, openArchive } from '../../lib/archive.ts'
import { systemClock } from '../../lib/core/clock.ts'
import { MemoryStore } from '../../lib/store/memory-store.ts'
import type { Store } from '../../lib/store/store.ts'

const executablePath = '/usr/bin/chromium'
const absence = existsSync(executablePath) ? undefined : `${executablePath} is not installed`

const args = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

let launched: Promise<Browser> | undefined
after(async () => {
  await (await launched)?.close()
})

/**
 * Checks a new page of a real browser, which has no faults of its own; told and left out where
 * there is none.
 */
export async function inBrowser(
  context: TestContext,
  check: (page: Page) => Promise<void>,
): Promise<void> {
  if (absence) {
    context.skip(absence)
    return
  }
  launched ??= chromium.launch({ executablePath, args })
  const window = await (await launched).newContext({ viewport: { width: 1200, height: 800 } })
  const page = await window.newPage()
  const faults: string[] = []
  page.on('pageerror', error => faults.push(error.message))
  page.setDefaultTimeout(10_000)
  try {
    await check(page)
  } finally {
    await window.close()
  }
  if (faults.length > 0) throw new Error(`the page failed: ${faults.join('; ')}`)
}

/**
 * A test in a browser on an archive of these events. `spoil` damages what is stored before the page
 * is opened.
 */
export function browserTest(
  name: string,
  events: readonly object[],
  check: (page: Page, url: string) => Promise<void>,
  spoil: (store: Store, archive: Archive) => Promise<void> = async () => {},
): void {
  test(name, async (context: TestContext) => {
    const store = new MemoryStore(systemClock)
    const archive = await openArchive({ store })
    if (events.length > 0) {
      const lines = events.map(event => JSON.stringify(event)).join('\n')
      await archive.append({ lines: Buffer.from(lines), stream: 'web/eu' })
    }
    await spoil(store, archive)
    const server = await startServer({ archive, port: 0 })
    try {
      await inBrowser(context, page => check(page, server.url))
    } finally {
      await server.close()
      await archive.close()
    }
  })
}
