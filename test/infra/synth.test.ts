import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

test('cdk synth needs no network, no account, no Docker and no home', () => {
  const home = mkdtempSync(join(tmpdir(), 'varve-synth-'))
  const output = join(home, 'cdk.out')

  try {
    const ran = runOffline(['cdk', 'synth', '--quiet', '--output', output], home)
    const stacks = readdirSync(output).filter(name => name.endsWith('.template.json'))
    const manifest = JSON.parse(readFileSync(join(output, 'manifest.json'), 'utf8'))

    assert.equal(ran.status, 0, `${ran.stdout}${ran.stderr}`)
    assert.deepEqual(stacks, ['EventArchive-example-dev-eu-central-1.template.json'])
    assert.equal(manifest.missing, undefined, 'a lookup in an account is missing')
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
})

/** Without a network where the kernel lets us leave it, else with proxies that lead nowhere. */
function runOffline(command: readonly string[], home: string) {
  const apart = ['unshare', '--map-root-user', '--net', '--']
  const canLeave = spawnSync(apart[0]!, [...apart.slice(1), 'true']).status === 0
  const [program, ...rest] = canLeave ? [...apart, ...command] : command
  return spawnSync(program!, rest, {
    cwd: root,
    encoding: 'utf8',
    env: {
      PATH: `${join(root, 'node_modules/.bin')}:/usr/bin:/bin`,
      HOME: home,
      DOCKER_HOST: 'tcp://127.0.0.1:9',
      HTTPS_PROXY: 'http://127.0.0.1:9',
      HTTP_PROXY: 'http://127.0.0.1:9',
    },
  })
}
