import assert from 'node:assert/strict'

/** A request, and what its problem must be and say. */
export interface Refusal {
  readonly name: string
  readonly path: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: () => string | Uint8Array<ArrayBuffer>
  readonly status: number
  readonly code: string
  /** What `detail` says. */
  readonly says: RegExp
  /** What the first finding says of the place. */
  readonly at?: { readonly pointer?: string; readonly line?: number; readonly span?: number[] }
  readonly hint?: RegExp
}

/** Sends the request and holds when the answer is this problem. */
export async function isRefused(url: string, each: Refusal): Promise<void> {
  const response = await fetch(url + each.path, {
    method: each.method ?? 'GET',
    headers: { 'Content-Type': 'application/x-ndjson', ...each.headers },
    ...(each.body && { body: each.body() }),
  })
  const text = await response.text()
  assert.equal(response.headers.get('Content-Type'), 'application/problem+json', text)
  const problem = JSON.parse(text)
  assert.equal(response.status, each.status, text)
  assert.deepEqual([problem.status, problem.code], [each.status, each.code])
  assert.match(problem.detail, each.says)
  if (each.at) assert.partialDeepStrictEqual(problem.errors[0], each.at)
  if (each.hint) assert.match(problem.errors[0]?.hint ?? '', each.hint)
}
