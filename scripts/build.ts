import { type Bundle, bundle, commandBundle, lambdaBundles, store } from './bundle.ts'

const parts = new Map<string, readonly Bundle[]>([
  ['lambda', lambdaBundles],
  ['command', [commandBundle]],
])

/** `npm run build [-- PART…]` makes what is shipped under `dist` and prints the sizes. */
async function main(names: readonly string[]): Promise<void> {
  const unknown = names.find(name => !parts.has(name))
  if (unknown) throw new Error(`${unknown} is no part, expected ${[...parts.keys()].join(', ')}`)
  for (const [name, bundles] of parts) {
    if (names.length > 0 && !names.includes(name)) continue
    for (const plan of bundles) {
      const built = await bundle(plan)
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
