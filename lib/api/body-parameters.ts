import { ArchiveError } from '../core/errors.ts'
import type { Settings } from '../core/settings.ts'
import { readBody } from './body.ts'

/** Parameters given as members of a JSON object instead of a query string. Throws `invalid`. */
export async function bodyParameters(
  request: Request,
  settings: Settings,
): Promise<[name: string, text: string][]> {
  const { questionBytesMax } = settings
  const limits = { bodyBytesMax: questionBytesMax, bodyDecodedBytesMax: questionBytesMax }
  const body = await readBody(request, { ...settings, ...limits })
  return Object.entries(parseObject(body.toString('utf8'))).map(([name, value]) => {
    if (typeof value === 'string' || typeof value === 'number') return [name, String(value)]
    const detail = `member ${name} must be a string or a number`
    throw new ArchiveError('invalid', detail, { details: [{ pointer: `/${name}`, detail }] })
  })
}

function parseObject(text: string): object {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new ArchiveError('invalid', `the body is not JSON: ${(cause as Error).message}`, {
      cause,
    })
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new ArchiveError('invalid', 'the body must be a JSON object of parameters')
}
