/** What a page may send, and read, besides what browsers let every page. */
const sentHeaders = [
  'Authorization',
  'Content-Encoding',
  'Content-Type',
  'Idempotency-Key',
  'X-Amz-Content-Sha256',
  'X-Amz-Date',
  'X-Amz-Security-Token',
  'X-Api-Key',
].join(', ')
const readHeaders = 'Retry-After, Varve-Damage'
/** Browsers keep an answer no longer anyway. */
const keptSeconds = 7200

/** The origin of the page that makes this request, if its pages may. */
export function welcomeOrigin(request: Request, origins: readonly string[]): string | undefined {
  const origin = request.headers.get('Origin')
  return origin !== null && origins.includes(origin) ? origin : undefined
}

/** Whether a browser asks first whether a page may. */
export function isPreflight(request: Request): boolean {
  return request.method === 'OPTIONS' && request.headers.has('Access-Control-Request-Method')
}

/** Credentials are headers that the page sets itself, so no cookies are asked for. */
export function preflightResponse(): Response {
  const headers = {
    'Access-Control-Allow-Methods': 'GET, POST',
    'Access-Control-Allow-Headers': sentHeaders,
    'Access-Control-Max-Age': String(keptSeconds),
  }
  return new Response(null, { status: 204, headers })
}

/** What lets the page read an answer. */
export function originHeaders(origin: string): readonly (readonly [name: string, value: string])[] {
  return [
    ['Access-Control-Allow-Origin', origin],
    ['Access-Control-Expose-Headers', readHeaders],
  ]
}
