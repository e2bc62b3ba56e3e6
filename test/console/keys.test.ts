import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Page } from 'playwright-core'
import { hashOfKey } from '../../lib/access/api-key.ts'
import { holdersOf } from '../../lib/access/key-list.ts'
import { startServer } from '../../lib/api/local-server.ts'
import { openArchive } from '../../lib/archive.ts'
import { inBrowser } from './browser.ts'

const key = 'right-key'
const entries = [
  { name: 'analyst', hash: hashOfKey(key), scopes: ['read'] },
  { name: 'guest', hash: hashOfKey('guest-key'), scopes: ['read:web/'] },
]

/** A test on a server that asks for keys; `close` takes this one away. */
function keyTest(
  name: string,
  check: (page: Page, url: string, close: () => void) => Promise<void>,
): void {
  test(name, async (context: TestContext) => {
    let isKnown = true
    const holders = holdersOf(entries)
    const holderOf = (given: string) => (isKnown ? holders(given) : undefined)
    const archive = await openArchive({ store: 'memory:' })
    await archive.append({ lines: Buffer.from('{"message":"told"}'), stream: 'web/eu' })
    const server = await startServer({ archive, port: 0, holderOf })
    try {
      await inBrowser(context, page => check(page, server.url, () => (isKnown = false)))
    } finally {
      await server.close()
      await archive.close()
    }
  })
}

const give = async (page: Page, text: string) => {
  await page.fill('#key', text)
  await page.keyboard.press('Enter')
}

keyTest('the page asks nothing without a key, and everything with one', async (page, url) => {
  const asked: string[] = []
  page.on('request', request => asked.push(request.url().slice(url.length)))
  await page.goto(`${url}/?q=told`)
  await page.locator('#door').waitFor()
  assert.deepEqual(asked.toSorted(), ['/?q=told', '/console.css', '/console.js'])

  await give(page, 'wrong-key')
  await page.locator('#refusal p').waitFor()
  assert.match((await page.textContent('#refusal'))!, /not known here/)
  assert.equal(await page.isVisible('#view'), false)

  await give(page, `Bearer ${key}`)
  await page.locator('#rows .text').waitFor()
  assert.equal(await page.textContent('#rows .text'), 'told')
  assert.equal(await page.isVisible('#door'), false)
  assert.equal(await page.isVisible('#fault'), false)
})

keyTest('a key stays in its tab until it is forgotten, and in no other', async (page, url) => {
  await page.goto(url)
  await give(page, key)
  await page.locator('#rows .text').waitFor()
  await page.reload()
  await page.locator('#rows .text').waitFor()

  const other = await page.context().newPage()
  await other.goto(url)
  await other.locator('#door').waitFor()
  await page.click('#forget')
  await page.locator('#door').waitFor()
  assert.equal(await page.locator('#rows li').count(), 0)
  await page.reload()
  await page.locator('#door').waitFor()
})

keyTest('a key for some streams is told which, and shows those', async (page, url) => {
  await page.goto(url)
  await give(page, 'guest-key')
  await page.locator('#fault p').first().waitFor()
  assert.match((await page.textContent('#fault'))!, /^this may read web\/\*\*/)

  await page.fill('#stream', 'web/e*')
  await page.keyboard.press('Enter')
  await page.locator('#receipt [data-name=histogram]').waitFor()
  await page.locator('#rows .text').waitFor()
  assert.match((await page.textContent('#summary'))!, /^1 event by minute/)
  assert.equal(await page.isVisible('#fault'), false)
})

keyTest('a key that is taken away is asked for again', async (page, url, close) => {
  await page.goto(url)
  await give(page, key)
  await page.locator('#rows .text').waitFor()
  close()
  await page.click('.primary >> visible=true')

  await page.locator('#refusal p').waitFor()
  assert.equal(await page.locator('#rows li').count(), 0)
})
