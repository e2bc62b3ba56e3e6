/**
 * `npm run smoke -- --url URL [--sigv4 [--region R] | --api-key KEY] [--stream S] [--json]`
 * appends three events to a deployed archive and asks for them in every way. Deletes nothing. Ends
 * with 0 when all is well, 1 when a step fails, 2 when it cannot begin.
 */
import { randomUUID } from 'node:crypto'
import { parseArgs } from 'node:util'
import { type AwsCredentials, signedHeaders } from '../lib/access/sign-request.ts'
import { ArchiveClient } from '../lib/client/archive-client.ts'
import { type Step, smoke } from './smoke/steps.ts'

const options = {
  url: { type: 'string' },
  sigv4: { type: 'boolean', default: false },
  region: { type: 'string' },
  'api-key': { type: 'string' },
  stream: { type: 'string', default: 'varve/smoke' },
  json: { type: 'boolean', default: false },
} as const

async function main(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...words], options })
  const client = clientOf(values)
  const { stream, json } = values
  const given = { client, stream, runId: randomUUID(), now: new Date(), stepMillisMax: 60_000 }
  let exitCode = 0
  for await (const step of smoke(given)) {
    console.log(json ? JSON.stringify(step) : lineOf(step))
    if (step.state !== 'ok') exitCode = 1
  }
  return exitCode
}

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values']

function clientOf({ url, sigv4, region, 'api-key': apiKey }: Values): ArchiveClient {
  if (!url) throw new Error('--url is missing, for example --url http://127.0.0.1:7070')
  if (!URL.canParse(url)) throw new Error(`--url is ${JSON.stringify(url)}, expected an address`)
  if (sigv4 && apiKey) throw new Error('--sigv4 and --api-key exclude each other')
  if (!sigv4) return new ArchiveClient({ url, ...(apiKey && { apiKey }) })
  return new ArchiveClient({ url, fetch: signing(regionOf(url, region), credentials()) })
}

/** Signs what the client sends, as methods with IAM authorization want it. */
function signing(region: string, signer: AwsCredentials) {
  return (url: URL, init: RequestInit): Promise<Response> => {
    const { method = 'GET', headers, body } = init
    const request = { method, url, body: body as string | Uint8Array | undefined }
    const scope = { region, service: 'execute-api' }
    const signed = signedHeaders(request, signer, scope, new Date())
    return fetch(url, { ...init, headers: { ...(headers as object), ...signed } })
  }
}

function regionOf(url: string, given: string | undefined): string {
  const [, named] = /\.execute-api\.([a-z0-9-]+)\.amazonaws\./.exec(new URL(url).host) ?? []
  const region = given ?? named ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION
  if (region) return region
  throw new Error('the address does not tell its region: add --region')
}

function credentials(): AwsCredentials {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = process.env
  if (accessKeyId && secretAccessKey) {
    return { accessKeyId, secretAccessKey, sessionToken: process.env.AWS_SESSION_TOKEN }
  }
  throw new Error(
    'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set: of a profile they come by\n' +
      '  eval "$(aws configure export-credentials --format env)"',
  )
}

function lineOf({ name, state, millis, found, advice }: Step): string {
  const time = state === 'skipped' ? '' : `${millis} ms`
  const line = `${state.padEnd(7)}  ${name.padEnd(12)}  ${time.padStart(8)}  ${found}`.trimEnd()
  return advice ? `${line}\n${' '.repeat(33)}${advice}` : line
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  console.error(`smoke: ${(error as Error).message}`)
  process.exitCode = 2
}
