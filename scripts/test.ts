/**
 * `npm test [-- FILES]`: every test, on all cores. Node keeps the compiled modules, which hundreds
 * of short processes share.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'

const files = process.argv.slice(2)
const compiled = mkdtempSync(join(tmpdir(), 'varve-compiled-'))
const { status } = spawnSync(
  process.execPath,
  [
    '--test',
    '--test-timeout=240000',
    `--test-concurrency=${availableParallelism()}`,
    ...(files.length > 0 ? files : ['test/**/*.test.ts']),
  ],
  { stdio: 'inherit', env: { ...process.env, NODE_COMPILE_CACHE: compiled } },
)
rmSync(compiled, { recursive: true, force: true })
process.exitCode = status ?? 1
