import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

const root = fileURLToPath(new URL('..', import.meta.url))
const output = 'lib/bytes/kernel-bytes.ts'

/** The text of `lib/bytes/kernel-bytes.ts`: what `assembly` compiles to. */
export async function kernelModule(): Promise<string> {
  const made: Record<string, Uint8Array | string> = {}
  const options = ['--runtime', 'stub', '--enable', 'simd', '-O3', '--noAssert']
  // Below its base the kernel has no data, so that its callers know where theirs may lie.
  options.push('--zeroFilledMemory', '--memoryBase', '1024')
  const writeFile = (name: string, bytes: Uint8Array | string): void => {
    made[name] = bytes
  }
  const { error, stderr } = await asc.main(
    ['kernel.ts', '--baseDir', join(root, 'assembly'), '--outFile', 'kernel.wasm', ...options],
    { writeFile },
  )
  if (error) throw new Error(stderr.toString(), { cause: error })
  const text = Buffer.from(made['kernel.wasm'] as Uint8Array).toString('base64')
  const lines = text.match(/.{1,94}/g)!.map(line => `  '${line}',`)
  return [
    '/** Made of `assembly` by `node scripts/build-kernel.ts`: a WebAssembly module in base 64. */',
    'export const kernelText = [',
    ...lines,
    "].join('')",
    '',
  ].join('\n')
}

if (import.meta.main) writeFileSync(join(root, output), await kernelModule())
