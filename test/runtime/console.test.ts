import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { hashOfKey } from '../../lib/access/api-key.ts'
import { consolePaths } from '../../lib/api/console-response.ts'
import { ArchiveClient } from '../../lib/client/archive-client.ts'
import { ArchiveAuth } from '../../lib/infra/event-archive.ts'
import { inBrowser } from '../console/browser.ts'
import { type Deployment, deploy, synthesise } from './deployment.ts'

const folder = mkdtempSync(join(tmpdir(), 'varve-console-'))
const keysFile = join(folder, 'keys.json')
const key = 'analyst-key'

describe('the console behind the gateway', () => {
  let signed: Deployment
  let keyed: Deployment

  before(async () => {
    const scopes = ['read', 'ingest:web/']
    writeFileSync(keysFile, JSON.stringify([{ name: 'analyst', hash: hashOfKey(key), scopes }]))
    const variables = { VARVE_STORE: `file:${folder}/store` }
    signed = await deploy(await synthesise(), variables)
    keyed = await deploy(await synthesise({ auth: ArchiveAuth.bearer({ keysFile }) }), variables)
    const client = new ArchiveClient({ url: keyed.url, apiKey: key })
    await client.append('web/eu', [{ message: 'told' }])
  })

  after(() => {
    signed.close()
    keyed.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test('is sent to everybody, once, and nothing else is', async () => {
    for (const path of consolePaths) {
      const first = await fetch(keyed.url + path)
      const headers = { 'If-None-Match': first.headers.get('ETag')! }
      const again = await fetch(keyed.url + path, { headers })

      assert.deepEqual([first.status, again.status, await again.text()], [200, 304, ''], path)
      assert.match(first.headers.get('Content-Security-Policy')!, /default-src 'none'/)
    }
    const answer = await fetch(`${keyed.url}/v1/search`)
    assert.equal(answer.status, 401)
    assert.equal((await answer.json()).code, 'invalid')
  })

  test('asks for a key, also at an address without its last slash', async context => {
    await inBrowser(context, async page => {
      await page.goto(keyed.url)
      await page.fill('#key', 'no-key')
      await page.keyboard.press('Enter')
      await page.locator('#refusal p').waitFor()
      await page.fill('#key', key)
      await page.keyboard.press('Enter')
      await page.locator('#rows .text').waitFor()

      assert.equal(await page.textContent('#rows .text'), 'told')
      await page.locator('#receipt [data-name=histogram]').waitFor()
      await page.click('#presets button >> nth=1')
      await page.waitForURL(`${keyed.url}/?from=-1h`)
    })
  })

  test('asks nothing where requests are signed, and says what to do', async context => {
    await inBrowser(context, async page => {
      const asked: string[] = []
      page.on('request', request => asked.push(request.url().slice(signed.url.length)))
      await page.goto(`${signed.url}/`)
      await page.locator('#signed').waitFor()

      assert.match((await page.textContent('#signed'))!, /varve serve --no-brigade --store URL/)
      assert.equal(await page.isVisible('#view'), false)
      assert.deepEqual(asked.toSorted(), ['/', '/console.css', '/console.js'])
    })
  })
})
