import assert from 'node:assert/strict'
import { type SpawnSyncOptions, spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Built, bundle, bundles } from '../../scripts/bundle.ts'
import { cdkTypes } from '../../scripts/cdk-types.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

const program = `import { App, Stack } from 'aws-cdk-lib'
import { EventArchive, type EventArchiveProps, ImportFormat } from 'varve/cdk'

const app = new App()
const stack = new Stack(app, 'Logs')
const props: EventArchiveProps = { prefix: 'logs/' }
const archive = new EventArchive(stack, 'Archive', props)
archive.addFirehose('waf')
export const name: string = ImportFormat.CSV.name
app.synth()
`

/** As somebody has it who installed the package, made their own app and has no network. */
describe('the package, installed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'varve-package-'))
  const source = join(folder, 'source')
  const app = join(folder, 'app')
  const home = join(app, 'node_modules/varve')

  before(async () => {
    const plans = [...bundles.lambda, ...bundles.cdk, ...bundles.client]
    write(source, [...(await Promise.all(plans.map(bundle))), ...(await cdkTypes())])
    cpSync(join(root, 'package.json'), join(source, 'package.json'))
    mkdirSync(home, { recursive: true })
    const packed = run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], source)
    assert.equal(packed.status, 0, packed.stderr)
    const [archive] = readdirSync(folder).filter(name => name.endsWith('.tgz'))
    run('tar', ['-xzf', join(folder, archive!), '--strip-components=1', '-C', home], folder)
    for (const name of ['aws-cdk-lib', 'constructs']) {
      symlinkSync(join(root, 'node_modules', name), join(app, 'node_modules', name))
    }
    writeFileSync(join(app, 'package.json'), '{"type":"module"}')
    writeFileSync(join(app, 'app.ts'), program)
  })

  after(() => rmSync(folder, { recursive: true, force: true }))

  test('synthesises an app of ten lines, with the code of each function beside it', () => {
    const output = join(folder, 'cdk.out')
    const ran = run(process.execPath, ['app.ts'], app, { env: { CDK_OUTDIR: output } })
    const template = JSON.parse(readFileSync(join(output, 'Logs.template.json'), 'utf8'))
    const resources = Object.values<{ Type: string; Properties: Described }>(template.Resources)
    const functions = resources.filter(({ Type }) => Type === 'AWS::Lambda::Function')
    const code = functions.map(({ Properties }) => {
      const hash = Properties.Code.S3Key.replace('.zip', '')
      return readdirSync(join(output, `asset.${hash}`))
    })

    assert.equal(ran.status, 0, ran.stderr)
    assert.ok(functions.length >= 5)
    for (const files of code) assert.deepEqual(files, ['index.mjs'])
  })

  test('has types that know what is right and what is not', () => {
    writeFileSync(join(app, 'wrong.ts'), program.replace("'logs/'", '5'))
    const checked = (path: string) => {
      const options = ['--module', 'nodenext', '--strict', '--noEmit', '--skipLibCheck', path]
      const compiler = join(root, 'node_modules/typescript/bin/tsc')
      return run(process.execPath, [compiler, ...options], app)
    }

    assert.equal(checked('app.ts').stdout, '')
    assert.match(checked('wrong.ts').stdout, /'number' is not assignable to type 'string'/)
  })

  test('holds nothing but what it is used by', () => {
    const { exports } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))

    assert.deepEqual(readdirSync(home).toSorted(), ['dist', 'package.json'])
    assert.deepEqual(
      Object.values<string>(exports['./cdk']).filter(path => !exists(join(home, path))),
      [],
    )
  })
})

interface Described {
  readonly Code: { readonly S3Key: string }
}

function write(folder: string, files: readonly Built[]): void {
  for (const { output, bytes } of files) {
    const path = join(folder, 'dist', output)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, bytes)
  }
}

function run(
  command: string,
  args: readonly string[],
  cwd: string,
  options: SpawnSyncOptions = {},
) {
  const env = { PATH: process.env.PATH, HOME: cwd, npm_config_offline: 'true', ...options.env }
  return spawnSync(command, args, { ...options, cwd, env, encoding: 'utf8' })
}

function exists(path: string): boolean {
  return readdirSync(dirname(path)).includes(path.split('/').at(-1)!)
}
