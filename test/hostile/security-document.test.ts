import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { defaultSettings } from '../../lib/core/settings.ts'

const root = new URL('../../', import.meta.url)
const text = readFileSync(new URL('docs/security.md', root), 'utf8')

test('every file that the security document names is there', () => {
  const named = [...text.matchAll(/`((?:test|lib)\/[\w./-]+)`/g)].map(([, path]) => path!)

  assert.ok(named.length > 15, `${named.length}`)
  assert.deepEqual(
    named.filter(path => !existsSync(new URL(path, root))),
    [],
  )
})

test('every limit of its table is a setting, with that value', () => {
  const section = text.slice(text.indexOf('## Limits'), text.indexOf('## What is not'))
  const rows = [...section.matchAll(/^\| [^|]+ \| (`[^|]+) \| ([^|]+) \|$/gm)]

  assert.ok(rows.length > 10, `${rows.length}`)
  for (const [, names, values] of rows) {
    for (const [i, [, name]] of [...names!.matchAll(/`(\w+)`/g)].entries()) {
      const shown = values!.split(/, (?!\d{3})/)[i] ?? values!
      const setting = defaultSettings[name as keyof typeof defaultSettings]
      assert.equal(inUnits(shown), setting, name)
    }
  }
})

const units: Readonly<Record<string, number>> = {
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  s: 1000,
  min: 60_000,
}

function inUnits(shown: string): number {
  const [, digits = '', unit = ''] = /^([\d,]+) ?(KiB|MiB|min|s)?/.exec(shown.trim()) ?? []
  return Number(digits.replaceAll(',', '')) * (units[unit] ?? 1)
}
