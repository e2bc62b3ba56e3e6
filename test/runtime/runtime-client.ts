import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(import.meta.resolve('aws-lambda-ric'))

/** Whether the native part of the client was built (docs/decisions/0091-runtime-client.md). */
export const hasNativePart = existsSync(join(dirname(main), 'rapid-client.node'))

/** What Node is started with to be the runtime client that AWS runs functions with. */
export const clientArguments: readonly string[] = hasNativePart
  ? [main]
  : ['--import', new URL('without-native-part.ts', import.meta.url).href, main]
