import { gunzipSync, inflateSync } from 'node:zlib'
import type { APIGatewayProxyEvent, Context } from 'aws-lambda'
import { consolePaths } from '../../lib/api/console-response.ts'

/** What a client sends; `path` as it stands in the URL, behind the stage. */
export interface ClientRequest {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly query?: readonly (readonly [name: string, value: string])[]
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

/** What API Gateway takes of a client, as sent and unpacked. */
export const bodyBytesMax = 10 * 2 ** 20

const host = 'a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com'

/**
 * The call that an API Gateway REST API (payload 1.0) makes of the request, all members of it. As
 * all media types count as binary, bodies come in base64, and unpacked with the `Content-Encoding`
 * that they had; query strings come decoded, a path as it was.
 */
export function proxyEvent(request: ClientRequest): APIGatewayProxyEvent {
  const { method, path } = request
  const body = unpackedBody(request)
  const headers = { Host: host, 'X-Forwarded-Proto': 'https', ...request.headers }
  const [resource, proxy] = resourceOf(path)
  return {
    resource,
    path,
    httpMethod: method,
    headers,
    multiValueHeaders: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, [value]]),
    ),
    ...queryMembers(request.query ?? []),
    pathParameters: proxy === undefined ? null : { proxy: decodeURIComponent(proxy) },
    stageVariables: null,
    requestContext: requestContext(method, path, resource),
    body: body === undefined ? null : body.toString('base64'),
    isBase64Encoded: body !== undefined,
  }
}

/** Throws where API Gateway answers 415, or 413 (`ERR_BUFFER_TOO_LARGE`). */
function unpackedBody({ headers = {}, body }: ClientRequest): Buffer | undefined {
  if (body === undefined) return undefined
  const sent = Buffer.from(body)
  const [, coding = 'identity'] =
    Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-encoding') ?? []
  if (coding === 'identity') return sent
  const unpack = { gzip: gunzipSync, deflate: inflateSync }[coding]
  if (!unpack) throw new Error(`API Gateway does not know Content-Encoding ${coding}`)
  return unpack(sent, { maxOutputLength: bodyBytesMax })
}

function resourceOf(path: string): [resource: string, proxy: string | undefined] {
  const fixed = ['/v1/events', '/v1/streams', '/v1/search', '/openapi.json', ...consolePaths]
  if (fixed.includes(path)) return [path, undefined]
  const parent = path.startsWith('/v1/streams/') ? '/v1/streams' : '/v1'
  return [`${parent}/{proxy+}`, path.slice(parent.length + 1)]
}

function queryMembers(query: readonly (readonly [string, string])[]) {
  if (query.length === 0) {
    return { queryStringParameters: null, multiValueQueryStringParameters: null }
  }
  const all: Record<string, string[]> = {}
  for (const [name, value] of query) all[name] = [...(all[name] ?? []), value]
  return {
    // Of several values the last one wins here.
    queryStringParameters: Object.fromEntries(query),
    multiValueQueryStringParameters: all,
  }
}

function requestContext(
  httpMethod: string,
  path: string,
  resourcePath: string,
): APIGatewayProxyEvent['requestContext'] {
  return {
    accountId: '123456789012',
    apiId: 'a1b2c3d4e5',
    authorizer: null,
    domainName: host,
    domainPrefix: 'a1b2c3d4e5',
    extendedRequestId: 'JKJaXmPLvHcESHA=',
    httpMethod,
    identity: {
      accessKey: 'AKIAIOSFODNN7EXAMPLE',
      accountId: '123456789012',
      apiKey: null,
      apiKeyId: null,
      caller: 'AROAEXAMPLE:producer',
      clientCert: null,
      cognitoAuthenticationProvider: null,
      cognitoAuthenticationType: null,
      cognitoIdentityId: null,
      cognitoIdentityPoolId: null,
      principalOrgId: null,
      sourceIp: '192.0.2.44',
      user: 'AROAEXAMPLE:producer',
      userAgent: 'curl/8.5.0',
      userArn: 'arn:aws:sts::123456789012:assumed-role/producer/producer',
    },
    path: `/live${path}`,
    protocol: 'HTTP/1.1',
    requestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
    requestTime: '20/Nov/2026:12:34:56 +0000',
    requestTimeEpoch: 1795178096000,
    resourceId: '1a2b3c',
    resourcePath,
    stage: 'live',
  }
}

/** The context of a call that has this long to live. */
export function contextWith(remainingMillis: number): Context {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: 'varve',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:varve',
    memoryLimitInMB: '1769',
    awsRequestId: '8f507cfc-xmpl-4697-b07a-ac58fc914c95',
    logGroupName: '/aws/lambda/varve',
    logStreamName: '2026/11/20/[$LATEST]8f507cfcxmpl',
    getRemainingTimeInMillis: () => remainingMillis,
    done: () => {},
    fail: () => {},
    succeed: () => {},
  }
}
