import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { ConsoleFiles } from './console-response.ts'

/** The console: built from its sources in a checkout, as it was built in an installed package. */
export async function loadConsole(): Promise<ConsoleFiles> {
  if (import.meta.url.endsWith('.ts')) return buildConsole()
  const read = (name: string) => readFile(new URL(`./console/${name}`, import.meta.url), 'utf8')
  const [page, script, style] = await Promise.all(
    ['page.html', 'console.js', 'console.css'].map(read),
  )
  return { page: page!, script: script!, style: style! }
}

/** Builds the console from `console/` in memory. The build stores it as `dist/console/`. */
export async function buildConsole(): Promise<ConsoleFiles> {
  const { build } = await import('esbuild')
  const source = (name: string) => fileURLToPath(new URL(`../../console/${name}`, import.meta.url))
  const [page, style, built] = await Promise.all([
    readFile(source('page.html'), 'utf8'),
    readFile(source('console.css'), 'utf8'),
    build({
      entryPoints: [source('console.ts')],
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'browser',
      target: 'es2023',
      minify: true,
      logLevel: 'error',
    }),
  ])
  return { page, style, script: built.outputFiles[0]!.text }
}
