import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { soak } from './soak.ts'

test('processes killed at any time lose, double and misread nothing', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'varve-soak-'))
  const url = `file:${join(directory, 'archive')}`

  const crew = { writers: 3, members: 2, readers: 1 }
  const report = await soak({ url, directory, seconds: 8, seed: 1, ...crew })

  assert.deepEqual(report.faults, [])
  assert.deepEqual(report.crashes, [])
  const { acked, erased, reads, kills, backups, restored } = report
  assert.ok(acked * erased * reads * kills * backups * restored > 0, JSON.stringify(report))
  rmSync(directory, { recursive: true })
})
