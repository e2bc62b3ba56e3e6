import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { completed, missingPackages, withoutScripts } from '../../scripts/lock-file.ts'
import { lockFindings, type PackageFile, packageFindings } from './package.ts'
import { root, show } from './source-files.ts'

const packageFile: PackageFile = JSON.parse(read('package.json'))
const record = read('docs/decisions/0001-dependencies.md')

test('every dependency has one version and a recorded reason, every command exists', () => {
  assert.equal(show(packageFindings(packageFile, record)), '')
})

test('what runs in production depends on exactly these packages', () => {
  assert.deepEqual(Object.keys(packageFile.dependencies).sort(), [
    '@aws-sdk/client-s3',
    '@aws-sdk/lib-storage',
    '@hono/node-server',
    'cli-progress',
    'commander',
    'hono',
    'lru-cache',
  ])
})

test('the lock file says what is installed, not from where', () => {
  assert.equal(show(lockFindings(read('package-lock.json'))), '')
})

test('the lock file has the packages of every platform', () => {
  const missing = Object.keys(missingPackages(JSON.parse(read('package-lock.json'))))

  assert.deepEqual(missing, [], 'run node scripts/complete-lock.ts')
})

test('the lock file has no install script that package.json does not allow', () => {
  const lock = JSON.parse(read('package-lock.json'))

  const allowed = withoutScripts(lock, packageFile.allowScripts)

  assert.deepEqual(allowed, lock, 'run node scripts/complete-lock.ts')
  const left = withoutScripts(lock, {}).packages
  assert.ok(lock.packages['node_modules/node'].hasInstallScript)
  assert.ok(Object.values(left).every(each => !each.hasInstallScript))
})

test('a lock file is completed with the platforms that were left out', () => {
  const optionalDependencies = {
    '@a/cli-linux-x64': '1.0.0',
    '@a/binding-linux-arm64-musl': '2.0.0',
  }
  const lock = {
    packages: {
      '': {},
      'node_modules/@a/cli-linux-x64': { version: '1.0.0' },
      'node_modules/b': { dev: true, optionalDependencies },
    },
  }

  const found = missingPackages(lock)

  assert.deepEqual(found, {
    'node_modules/@a/binding-linux-arm64-musl': {
      version: '2.0.0',
      os: ['linux'],
      cpu: ['arm64'],
      libc: ['musl'],
      dev: true,
      optional: true,
    },
  })
  assert.deepEqual(missingPackages(completed(lock)), {})
})

test('tests run on the Node that is installed here', () => {
  assert.equal(process.versions.node, packageFile.devDependencies.node)
})

const violations: readonly [what: string, changes: Partial<PackageFile>, fault: RegExp][] = [
  ['a range', { dependencies: { ...packageFile.dependencies, hono: '^4.13.19' } }, /hono \^4/],
  ['a newcomer', { dependencies: { ...packageFile.dependencies, a: '1.0.0' } }, /a for no rec/],
  ['a lost command', { scripts: { ...packageFile.scripts, sim: '' } }, /no script sim/],
  ['a forbidden install', { allowScripts: {} }, /install script/],
]
for (const [what, changes, fault] of violations) {
  test(`the package check finds ${what}`, () => {
    const findings = packageFindings({ ...packageFile, ...changes }, record)

    assert.equal(findings.length, 1, show(findings))
    assert.match(findings[0]!.fault, fault)
  })
}

test('the package check finds a reason that outlived its dependency', () => {
  const findings = packageFindings(packageFile, `${record}\n| \`gone\` | was once of use here |\n`)

  assert.equal(show(findings), 'package.json no longer needs gone')
})

test('the lock check finds the host of a registry', () => {
  const findings = lockFindings('{\n"resolved": "https://registry.example/a.tgz"\n}')

  assert.equal(show(findings), 'package-lock.json:2 names where a package lies')
})

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}
