import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundle, bundles } from '../../scripts/bundle.ts'
import type { Figure } from '../figure.ts'

const emptyHandler = 'export const handler = async () => {}\n'
const rounds = 7

/**
 * What a fresh process of a Lambda does before its first call. The streaming handler wraps a
 * function that only Lambda brings.
 */
const measuring = `
globalThis.awslambda = { streamifyResponse: handler => handler, HttpResponseStream: {} }
const start = performance.now()
await import(process.argv[1])
console.log(performance.now() - start)
`

/** C1: the bundle of the query Lambda, and how much longer than an empty one it takes to import. */
export async function measureBundle(): Promise<Figure[]> {
  const plan = bundles.lambda.find(({ output }) => output.includes('query'))!
  const { bytes } = await bundle(plan)
  const folder = mkdtempSync(join(tmpdir(), 'varve-bench-'))
  try {
    const [full, empty] = [join(folder, 'full.mjs'), join(folder, 'empty.mjs')]
    writeFileSync(full, bytes)
    writeFileSync(empty, emptyHandler)
    let [fullMillis, emptyMillis] = [Infinity, Infinity]
    for (let round = 0; round < rounds; round++) {
      fullMillis = Math.min(fullMillis, importMillis(full))
      emptyMillis = Math.min(emptyMillis, importMillis(empty))
    }
    return [
      {
        id: 'C1',
        figure: 'bundle of the query Lambda',
        value: bytes.length / 1000,
        unit: 'kB',
        target: 600,
      },
      {
        id: 'C1',
        figure: 'its import, over that of an empty handler',
        value: fullMillis - emptyMillis,
        unit: 'ms',
        target: 80,
        peers: { Quickwit: '< 1 s' },
      },
    ]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function importMillis(path: string): number {
  const ran = spawnSync(process.execPath, ['--input-type=module', '-e', measuring, path], {
    encoding: 'utf8',
  })
  if (ran.status !== 0) throw new Error(`import failed: ${ran.stderr}`)
  return Number(ran.stdout)
}
