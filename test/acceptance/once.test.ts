import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe } from 'node:test'
import { storesOnce } from './once.ts'
import { serveHere } from './served.ts'

const folder = mkdtempSync(join(tmpdir(), 'varve-once-'))
after(() => rmSync(folder, { recursive: true, force: true }))

describe('what arrives more than once', () => storesOnce(() => serveHere(`file:${folder}`)))
