import { buildConsole } from '../lib/api/console-files.ts'
import { type Built, bundle, bundles, store } from './bundle.ts'
import { cdkTypes } from './cdk-types.ts'

/** What is made, by the name it has here. */
const parts: Readonly<Record<string, () => Promise<readonly Built[]>>> = {
  ...Object.fromEntries(
    Object.entries(bundles).map(([name, plans]) => [name, () => Promise.all(plans.map(bundle))]),
  ),
  types: cdkTypes,
  console: async () => {
    const { page, script, style } = await buildConsole()
    return [
      { output: 'console/page.html', bytes: Buffer.from(page) },
      { output: 'console/console.js', bytes: Buffer.from(script) },
      { output: 'console/console.css', bytes: Buffer.from(style) },
    ]
  },
}

/** `npm run build [-- PART…]` makes what is shipped under `dist` and prints the sizes. */
async function main(names: readonly string[]): Promise<void> {
  for (const name of names.length > 0 ? names : Object.keys(parts)) {
    const make = parts[name]
    if (!make) throw new Error(`no part ${name}, expected ${Object.keys(parts).join(', ')}`)
    for (const built of await make()) {
      await store(built)
      report(built.output, built.bytes.length)
    }
  }
}

function report(output: string, sizeBytes: number): void {
  const kilobytes = (sizeBytes / 1000).toFixed(1).padStart(8)
  // Not on stdout: `cdk synth` prints its template there.
  process.stderr.write(`${kilobytes} kB  dist/${output}\n`)
}

await main(process.argv.slice(2))
