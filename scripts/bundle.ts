import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, build, type Plugin } from 'esbuild'
import { buildConsole } from '../lib/api/console-files.ts'
import { rulesHold } from './rules-hold.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** One file to make: what it is made of, where it goes under `dist`, and who runs it. */
export interface Bundle {
  /** Modules whose exports it has. */
  readonly modules: readonly string[]
  readonly output: string
  readonly platform: 'node' | 'browser'
  /** First lines of the file. */
  readonly banner?: string
  /** Packages it does without: only a checkout has them. */
  readonly external?: readonly string[]
  /** Packages and the modules that stand in for them. */
  readonly alias?: Readonly<Record<string, string>>
  readonly plugins?: readonly Plugin[]
}

export interface Built {
  readonly output: string
  readonly bytes: Uint8Array
}

// Parts of the AWS SDK are CommonJS and call `require`.
const requireForModules =
  "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);"

const s3StoreNow: Plugin = {
  name: 's3-store-now',
  setup(build) {
    const path = join(root, 'scripts/s3-store-now.ts')
    build.onResolve({ filter: /\/s3-store-later\.ts$/ }, () => ({ path }))
  },
}

const noThreads: Plugin = {
  name: 'no-threads',
  setup(build) {
    const path = join(root, 'scripts/no-threads.ts')
    build.onResolve({ filter: /\/thread-fleet\.ts$/ }, () => ({ path }))
  },
}

/** The console's files as they were built, in place of what builds or reads them. */
const consoleBuilt: Plugin = {
  name: 'console-built',
  setup(build) {
    build.onLoad({ filter: /\/lib\/api\/console-files\.ts$/ }, async () => ({
      contents: `export const loadConsole = async () => (${JSON.stringify(await buildConsole())})`,
    }))
  },
}

/** All that is shipped, by the name `npm run build` knows it by. */
export const bundles = {
  lambda: ['append', 'query', 'brigade', 'events', 'authorize', 'console', 'scan'].map(name => ({
    modules: [`lambdas/${name}.ts`],
    output: `lambda/${name}/index.mjs`,
    platform: 'node',
    banner: requireForModules,
    alias: {
      '@aws-sdk/credential-provider-node': './scripts/lambda-credentials.ts',
      '@smithy/core/event-streams': './scripts/no-event-streams.ts',
      bowser: './scripts/no-browser.ts',
    },
    plugins: [s3StoreNow, noThreads, consoleBuilt],
  })),
  command: [
    {
      modules: ['lib/cli/main.ts'],
      output: 'varve.mjs',
      platform: 'node',
      banner: `#!/usr/bin/env node\n${requireForModules}`,
      external: ['esbuild'],
    },
  ],
  library: [
    {
      modules: ['lib/archive.ts'],
      output: 'archive.mjs',
      platform: 'node',
      banner: requireForModules,
    },
  ],
  /** What the command and the library start from beside themselves. */
  threads: [
    {
      modules: ['lib/read/scan-thread.ts'],
      output: 'scan-thread.mjs',
      platform: 'node',
    },
  ],
  /** It finds the folder of the lambdas from here as from its source. */
  cdk: [
    {
      modules: ['lib/infra/event-archive.ts'],
      output: 'cdk/event-archive.mjs',
      platform: 'node',
      external: ['aws-cdk-lib', 'constructs'],
    },
  ],
  client: [
    {
      modules: ['lib/client/client.ts'],
      output: 'client.mjs',
      platform: 'browser',
    },
  ],
} as const satisfies Readonly<Record<string, readonly Bundle[]>>

/** Makes the file in memory. */
export async function bundle(plan: Bundle): Promise<Built> {
  const result = await build(options(plan))
  return { output: plan.output, bytes: result.outputFiles![0]!.contents }
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
    stdin: {
      contents: plan.modules.map(path => `export * from './${path}'\n`).join(''),
      resolveDir: root,
    },
    bundle: true,
    write: false,
    format: 'esm',
    platform: plan.platform,
    target: plan.platform === 'node' ? 'node24' : 'es2023',
    mainFields: plan.platform === 'node' ? ['module', 'main'] : ['browser', 'module', 'main'],
    minify: true,
    legalComments: 'none',
    external: [...(plan.external ?? [])],
    alias: { ...plan.alias },
    ...(plan.banner && { banner: { js: plan.banner } }),
    plugins: [...(plan.plugins ?? []), rulesHold],
    logLevel: 'error',
  }
}
