import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openArchive } from '../../lib/archive.ts'
import { defaultSettings } from '../../lib/core/settings.ts'
import { type Bundle, bundle, bundles } from '../../scripts/bundle.ts'
import { withRulesHeld } from '../../scripts/rules-hold.ts'
import { root } from './source-files.ts'

const ruleNames = [
  ...readFileSync(join(root, 'lib/core/rules.ts'), 'utf8').matchAll(/^ {2}\| '([a-z0-9-]+)'$/gm),
].map(match => match[1]!)

for (const plan of Object.values(bundles).flat()) {
  test(`no rule can be switched off in dist/${plan.output}`, async () => {
    const text = await textOf(plan)

    assert.ok(ruleNames.length > 20)
    assert.deepEqual(
      ruleNames.filter(name => text.includes(name)),
      [],
    )
  })
}

test('the bundled command runs without the checkout', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'varve-command-'))
  const path = join(folder, 'varve.mjs')
  writeFileSync(path, await textOf(bundles.command[0]))

  const ran = spawnSync(process.execPath, [path, 'stat', '--json'], {
    cwd: folder,
    encoding: 'utf8',
    env: { VARVE_STORE: 'memory:' },
  })
  rmSync(folder, { recursive: true })

  assert.equal(ran.stderr, '')
  assert.equal(JSON.parse(ran.stdout).tail.objects, 0)
})

test('the bundled command finds its scan threads beside it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'varve-command-'))
  for (const plan of [...bundles.command, ...bundles.threads]) {
    writeFileSync(join(folder, plan.output), await textOf(plan))
  }
  const store = `file:${join(folder, 'archive')}`
  const archive = await openArchive({ store })
  for (let i = 0; i <= defaultSettings.fleetFramesMin; i++) {
    await archive.append({ lines: Buffer.from(`{"word":"w${i}"}\n`), stream: 's' })
  }
  await archive.close()

  const ran = spawnSync(process.execPath, [join(folder, 'varve.mjs'), 'count', 'w*'], {
    cwd: folder,
    encoding: 'utf8',
    env: { VARVE_STORE: store },
  })
  rmSync(folder, { recursive: true })

  assert.equal(ran.status, 0, ran.stderr)
  assert.equal(Number.parseInt(ran.stdout, 10), defaultSettings.fleetFramesMin + 1)
})

test('a rule is asked for by its name and compiled to true', () => {
  const source = [
    "import { holds } from '../core/rules.ts'",
    "if (holds('gen-in-bytes') && !holds(",
    "  'fold-skips-recent',",
    ')) stop()',
  ].join('\n')

  assert.equal(withRulesHeld(source), 'if (true && !true) stop()')
})

test('a rule whose name is not written down stops the build', () => {
  const source =
    "import { holds } from './rules.ts'\nconst all = names.every(name => holds(name))\n"

  assert.throws(() => withRulesHeld(source), /asked for as holds/)
})

async function textOf(plan: Bundle): Promise<string> {
  return Buffer.from((await bundle(plan)).bytes).toString()
}
