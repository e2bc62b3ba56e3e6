import { existsSync, readFileSync } from 'node:fs'
import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda'
import { credentialOf } from '../lib/access/api-key.ts'
import { type Doorkeeper, holderOfCredential } from '../lib/access/doorkeeper.ts'
import { IssuerKeys } from '../lib/access/issuer-keys.ts'
import type { Issuer } from '../lib/access/json-web-token.ts'
import { judge, type Verdict } from '../lib/access/judge.ts'
import { holdersOf, parseKeyList } from '../lib/access/key-list.ts'
import { usageKey } from '../lib/access/usage-key.ts'
import { systemClock } from '../lib/core/clock.ts'

let doorkeeper: Doorkeeper | undefined

/**
 * Decides for a REST API who may ask: by API keys, whose list lies beside this file, and by tokens
 * of the issuer that `VARVE_ISSUER` names; `VARVE_COUNTED` has the gateway count their requests.
 * The gateway answers 401 to the error it throws.
 */
export async function handler(
  call: APIGatewayRequestAuthorizerEvent,
): Promise<APIGatewayAuthorizerResult> {
  doorkeeper ??= openDoorkeeper()
  const credential = credentialOf(name => headerOf(call, name))
  if (credential === undefined) throw unauthorized
  const holder = await holderOfCredential(doorkeeper, credential)
  if (typeof holder === 'string') throw unauthorized
  const query = Object.entries(call.multiValueQueryStringParameters ?? {}).flatMap(
    ([name, values]) => (values ?? []).map(value => [name, value] as const),
  )
  const verdict = judge(holder.scopes, { method: call.httpMethod, path: call.path, query })
  const archive = process.env.VARVE_COUNTED
  const usageIdentifierKey = archive && usageKey(archive, holder.countedAs)
  return {
    ...resultOf(call.methodArn, holder.name, verdict),
    ...(usageIdentifierKey && { usageIdentifierKey }),
  }
}

/** The word that the gateway knows. */
const unauthorized = new Error('Unauthorized')

function resultOf(
  methodArn: string,
  principalId: string,
  verdict: Verdict,
): APIGatewayAuthorizerResult {
  const Effect = verdict.allowed ? 'Allow' : 'Deny'
  const statement = { Action: 'execute-api:Invoke', Effect, Resource: methodArn } as const
  return {
    principalId,
    policyDocument: { Version: '2012-10-17', Statement: [statement] },
    // The gateway puts the reason into its answer as it is: JSON text.
    context: verdict.allowed
      ? { ...(verdict.streams && { streams: JSON.stringify(verdict.streams) }) }
      : { reason: JSON.stringify(verdict.reason) },
  }
}

function openDoorkeeper(): Doorkeeper {
  const list = new URL('keys.json', import.meta.url)
  const entries = existsSync(list) ? parseKeyList(readFileSync(list, 'utf8')) : []
  const text = process.env.VARVE_ISSUER
  const issuer = text ? (JSON.parse(text) as Issuer) : undefined
  return {
    clock: systemClock,
    holderOf: holdersOf(entries),
    ...(issuer && { tokens: { issuer, keys: new IssuerKeys(issuer.issuer, systemClock) } }),
  }
}

function headerOf(call: APIGatewayRequestAuthorizerEvent, wanted: string): string | undefined {
  return Object.entries(call.headers ?? {}).find(([name]) => name.toLowerCase() === wanted)?.[1]
}
