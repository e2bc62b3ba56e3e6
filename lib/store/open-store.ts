import { stat } from 'node:fs/promises'
import type { Clock } from '../core/clock.ts'
import { ArchiveError } from '../core/errors.ts'
import type { Random } from '../core/random.ts'
import { DirectoryStore } from './directory-store.ts'
import { MemoryStore } from './memory-store.ts'
import { assertKeyPrefix } from './object-key.ts'
import type { S3Place } from './s3-client.ts'
import { loadS3Store } from './s3-store-later.ts'
import type { Store } from './store.ts'

const expected = 'expected memory:, file:DIRECTORY or s3://BUCKET/PREFIX'

/**
 * The store that the URL names. It is not asked anything yet: see `probeStore`. An `s3:` URL may
 * name `?endpoint=` and `?region=`; otherwise both, and the credentials, come from the usual
 * environment. Throws `invalid` for a URL that names no store.
 */
export async function openStore(
  url: string,
  outside: { readonly clock: Clock; readonly random: Random },
): Promise<Store> {
  if (url === 'memory:') return new MemoryStore(outside.clock)
  if (url.startsWith('file:')) return new DirectoryStore(await directoryOf(url), outside)
  if (url.startsWith('s3:')) {
    const place = placeOf(url)
    const S3Store = await loadS3Store()
    return new S3Store(place, outside)
  }
  const isPath = /^[./~\w-]+$/.test(url)
  throw wrongUrl(url, expected, isPath ? `did you mean file:${url}?` : undefined)
}

async function directoryOf(url: string): Promise<string> {
  const path = url.startsWith('file:///') ? url.slice('file://'.length) : url.slice('file:'.length)
  if (path === '') throw wrongUrl(url, 'it names no directory', 'for example file:./varve-data')
  if (path.startsWith('//')) {
    throw wrongUrl(url, 'a host cannot be named', 'write file:DIRECTORY or file:///DIRECTORY')
  }
  const found = await stat(path).catch(() => undefined) // made by the first write
  if (found && !found.isDirectory()) throw wrongUrl(url, `${path} is a file, not a directory`)
  return path
}

function placeOf(url: string): S3Place {
  const [, bucket = '', path = '', query = ''] =
    /^s3:\/\/([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/.exec(url) ?? []
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
    const hint = 'a name has 3 to 63 of the characters a-z 0-9 . -'
    throw wrongUrl(url, `${JSON.stringify(bucket)} is no name of an S3 bucket`, hint)
  }
  const prefix = path.replace(/\/+$/, '')
  try {
    assertKeyPrefix(prefix)
  } catch (error) {
    throw wrongUrl(url, (error as Error).message)
  }
  const options = new URLSearchParams(query)
  for (const name of options.keys()) {
    if (name === 'endpoint' || name === 'region') continue
    throw wrongUrl(url, `there is no option ${JSON.stringify(name)}`, 'endpoint and region are')
  }
  const { env } = process
  const endpoint = options.get('endpoint') ?? env.AWS_ENDPOINT_URL_S3 ?? env.AWS_ENDPOINT_URL
  if (endpoint && !/^https?:\/\/[^/]/.test(endpoint)) {
    throw wrongUrl(url, `endpoint ${endpoint} is no http URL`, 'for example http://127.0.0.1:9000')
  }
  const region = options.get('region') ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION
  return {
    url: prefix === '' ? `s3://${bucket}` : `s3://${bucket}/${prefix}`,
    bucket,
    prefix: prefix === '' ? '' : `${prefix}/`,
    endpoint: endpoint || undefined,
    region: region ?? (endpoint ? 'us-east-1' : undefined),
  }
}

function wrongUrl(url: string, detail: string, hint?: string): ArchiveError {
  const text = `store URL ${JSON.stringify(url)}: ${detail}${hint ? ` (${hint})` : ''}`
  return new ArchiveError('invalid', text, { details: [{ detail, ...(hint && { hint }) }] })
}
