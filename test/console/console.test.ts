import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { flipByte } from '../support/operated-archive.ts'
import { browserTest } from './browser.ts'

const start = Date.UTC(2026, 10, 20)
const events = Array.from({ length: 250 }, (_, n) => ({
  '@time': new Date(start + n * 60_000).toISOString(),
  level: n % 50 === 0 ? 'error' : 'info',
  message: `request ${n} took ${n * 3} ms`,
  http: { status: n % 50 === 0 ? 500 : 200, big: '@' },
}))

const rowTexts = (page: Page) => page.locator('#rows .text').allTextContents()

/** Waits until the page shows the whole answer to what its address asks. */
async function settle(page: Page): Promise<void> {
  await page.locator('#receipt [data-name=events]').waitFor()
  await page.locator('#receipt [data-name=histogram]').waitFor()
}

browserTest(
  'the page shows newest events first, a histogram and what both cost',
  events,
  async (page, url) => {
    await page.goto(url)
    await settle(page)

    const texts = await rowTexts(page)
    assert.equal(texts.length, 100)
    assert.equal(texts[0], 'request 249 took 747 ms')
    assert.match((await page.textContent('#summary'))!, /^250 events by minute/)
    assert.ok((await page.locator('svg .bar').count()) > 100)
    assert.match(
      (await page.textContent('#receipt'))!,
      /events: \d+ requests? · \d+ rounds? · .*\$0\.0/,
    )
    assert.match((await page.textContent('#holdings'))!, /^250 events in /)
  },
)

browserTest(
  '"/" and Enter search, "more" goes on, and going back restores the view',
  events,
  async (page, url) => {
    await page.goto(url)
    await settle(page)

    await page.keyboard.press('/')
    await page.keyboard.type('level:info')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/?q=level:info')
    await settle(page)
    await page.locator('#more button').click()
    await page.locator('#rows li').nth(199).waitFor()
    assert.equal(new Set(await rowTexts(page)).size, 200)

    await page.goBack()
    await settle(page)
    assert.equal(await page.inputValue('#query'), '')
    assert.equal((await rowTexts(page)).length, 100)
  },
)

browserTest(
  'a click on a value of an opened event adds it to the query',
  events,
  async (page, url) => {
    await page.goto(url)
    await page.locator('.opener', { hasText: 'request 200 ' }).click()
    await page.locator('.value', { hasText: '500' }).click()
    await page.waitForURL('**/?q=http.status:500')
    await settle(page)
    assert.equal((await rowTexts(page)).length, 5)

    await page.locator('.opener').first().click()
    await page.locator('.value', { hasText: 'request 200' }).click({ modifiers: ['Alt'] })
    await settle(page)
    assert.equal((await rowTexts(page)).length, 4)
  },
)

browserTest(
  'a click on a bar narrows the range to it, a drag to several',
  events,
  async (page, url) => {
    await page.goto(`${url}/?from=2026-11-20&to=2026-11-21`)
    await settle(page)
    assert.match((await page.textContent('#summary'))!, /by hour/)

    const bars = page.locator('svg .bar')
    const from = (await bars.nth(1).boundingBox())!
    const to = (await bars.nth(3).boundingBox())!
    await page.mouse.move(from.x + 5, from.y + 20)
    await page.mouse.down()
    await page.mouse.move(to.x + 5, from.y + 20, { steps: 3 })
    await page.mouse.up()
    await page.waitForURL('**/?from=2026-11-20T01:00Z&to=2026-11-20T04:00Z')
    await settle(page)
    assert.match((await page.textContent('#summary'))!, /^180 events by minute/)

    await page.mouse.click(from.x + 5, from.y + 20)
    await page.waitForURL(/from=2026-11-20T01:0\dZ&to=2026-11-20T01:\d\dZ$/)
  },
)

browserTest(
  'a query that cannot be read is shown with the fault underlined',
  events,
  async (page, url) => {
    await page.goto(`${url}/?q=${encodeURIComponent('error (a OR b')}`)

    await page.locator('#fault mark').waitFor()

    assert.equal(await page.textContent('#fault mark'), '(')
    assert.match((await page.textContent('#fault'))!, /this parenthesis is never closed/)
  },
)

browserTest('a time that is none is named', events, async (page, url) => {
  await page.goto(`${url}/?from=yesterday`)

  await page.locator('#fault p').first().waitFor()

  assert.match((await page.textContent('#fault'))!, /"yesterday": expected a time/)
})

const hostile = '<img src=x onerror="document.title=1"><script>document.title=1</script>'
browserTest(
  'nothing written in an event becomes markup',
  [{ message: hostile, [hostile]: hostile }],
  async (page, url) => {
    await page.goto(`${url}/?q=${encodeURIComponent('img')}&stream=web/*`)
    await settle(page)
    await page.locator('.opener').click()

    assert.deepEqual(await rowTexts(page), [hostile])
    assert.equal(await page.locator('main img, main script').count(), 0)
    assert.equal(await page.title(), 'img · Varve')

    await page.locator('#fields summary').click()
    await page.locator('#fieldlist .value').first().waitFor()
    assert.equal(await page.locator('main img, main script').count(), 0)
    assert.equal(await page.title(), 'img · Varve')
  },
)

browserTest('an empty archive says how to append', [], async (page, url) => {
  await page.goto(url)

  await page.locator('.invitation').waitFor()

  assert.match((await page.textContent('.invitation'))!, /curl -d .*\/v1\/streams\/demo\/events/)
})

browserTest('the page fits a narrow screen', events, async (page, url) => {
  await page.setViewportSize({ width: 360, height: 700 })
  await page.goto(url)
  await settle(page)
  await page.locator('.opener').first().click()

  const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
  assert.equal(overflow, 0)
})

browserTest(
  'the fields of what is shown and the values of a term are a click away',
  events,
  async (page, url) => {
    await page.goto(`${url}/?q=error`)
    await settle(page)

    await page.locator('#fields summary').click()
    await page.locator('#receipt [data-name=terms]').waitFor()

    const [term, fields] = await page.locator('#fieldlist table').allInnerTexts()
    assert.match(term!, /^error occurs in\s+level\s+5 events\s+1 value\s+error$/)
    assert.match(fields!, /http\.status\s+5 events\s+1 value\s+500/)
    await page.locator('#fieldlist .value', { hasText: '500' }).click()
    await page.waitForURL('**/?q=error+http.status:500')
    await settle(page)
    assert.equal((await rowTexts(page)).length, 5)
  },
)

browserTest(
  'a banner names what any answer of the view had to do without, once',
  events.slice(0, 20),
  async (page, url) => {
    await page.goto(`${url}/?q=level:info&from=2026-11-20&to=2026-11-21`)
    await settle(page)

    const banner = page.locator('#damage')
    await banner.waitFor()
    assert.equal(await banner.locator('li').count(), 1)
    assert.match(
      (await banner.textContent())!,
      /^1 damaged part: events may be missing.*buckets\/\S+, bytes 0 to \d+: .*up to 20 events/,
    )
    // A range without damaged parts has no banner.
    await page.goto(`${url}/?from=2026-11-21`)
    await settle(page)
    assert.equal(await banner.isVisible(), false)
  },
  async (store, archive) => {
    await archive.brigadeOnce()
    const [bucket] = (await store.list('buckets/')).objects
    await flipByte(store, bucket!.key, -30)
  },
)
