import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, build } from 'esbuild'
import { rulesHold } from './rules-hold.ts'

export const root = fileURLToPath(new URL('..', import.meta.url))

/** One file to make: what it starts from, where it goes under `dist`, and who runs it. */
export interface Bundle {
  readonly entry: string
  readonly output: string
  readonly platform: 'node' | 'browser'
  /** First lines of the file. */
  readonly banner?: string
}

export interface Built {
  readonly output: string
  readonly bytes: Uint8Array
}

// Parts of the AWS SDK are CommonJS and call `require`.
const requireForModules =
  "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);"

export const lambdaBundles: readonly Bundle[] = ['append', 'query', 'brigade'].map(name => ({
  entry: `lambdas/${name}.ts`,
  output: `lambda/${name}/index.mjs`,
  platform: 'node',
  banner: requireForModules,
}))

export const commandBundle: Bundle = {
  entry: 'lib/cli/main.ts',
  output: 'varve.mjs',
  platform: 'node',
  banner: `#!/usr/bin/env node\n${requireForModules}`,
}

/** Makes the file in memory. */
export async function bundle(plan: Bundle): Promise<Built> {
  const result = await build({ ...options(plan), write: false })
  return { output: plan.output, bytes: result.outputFiles[0]!.contents }
}

/** Puts the file under `dist` in one step, so that nobody ever reads half of it. */
export async function store(built: Built): Promise<void> {
  const path = join(root, 'dist', built.output)
  await mkdir(dirname(path), { recursive: true })
  const fresh = `${path}.${process.pid}`
  await writeFile(fresh, built.bytes)
  await rename(fresh, path)
}

function options(plan: Bundle): BuildOptions {
  return {
    absWorkingDir: root,
    entryPoints: [plan.entry],
    // Names in messages, never written: `bundle` asks for the bytes.
    outfile: relative(root, join(root, 'dist', plan.output)),
    bundle: true,
    format: 'esm',
    platform: plan.platform,
    target: plan.platform === 'node' ? 'node24' : 'es2023',
    mainFields: plan.platform === 'node' ? ['module', 'main'] : ['browser', 'module', 'main'],
    minify: true,
    legalComments: 'none',
    ...(plan.banner && { banner: { js: plan.banner } }),
    plugins: [rulesHold],
    logLevel: 'error',
  }
}
