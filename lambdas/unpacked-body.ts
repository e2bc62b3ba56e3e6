import type { APIGatewayProxyEvent } from 'aws-lambda'

/**
 * Whether the body of this call is unpacked already, whatever its `Content-Encoding` says: API
 * Gateway unpacks gzip and deflate by itself and passes the header on as it was sent.
 */
export function isUnpacked(
  { body, isBase64Encoded }: Pick<APIGatewayProxyEvent, 'body' | 'isBase64Encoded'>,
  coding: string | null,
): boolean {
  const begins = beginnings[(coding ?? '').trim().toLowerCase()]
  if (!begins || !body) return false
  const [first = 0, second = 0] = Buffer.from(body.slice(0, 4), isBase64Encoded ? 'base64' : 'utf8')
  return !begins(first, second)
}

/** What the first two bytes of each coding are; no JSON and hardly a line of text begins so. */
const beginnings: Readonly<
  Record<string, ((first: number, second: number) => boolean) | undefined>
> = {
  __proto__: null as never,
  gzip: (first, second) => first === 0x1f && second === 0x8b,
  // RFC 1950: the method with its usual window, and as a number a multiple of 31.
  deflate: (first, second) => first === 0x78 && (first * 256 + second) % 31 === 0,
}
