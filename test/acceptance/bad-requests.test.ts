import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe } from 'node:test'
import { refusesBadRequests } from './bad-requests.ts'
import { serveHere } from './served.ts'

const folder = mkdtempSync(join(tmpdir(), 'varve-bad-requests-'))
after(() => rmSync(folder, { recursive: true, force: true }))

describe('over HTTP', () => refusesBadRequests(() => serveHere(`file:${folder}`)))
