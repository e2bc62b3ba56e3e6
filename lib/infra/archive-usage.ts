import { Names } from 'aws-cdk-lib'
import * as apigateway from 'aws-cdk-lib/aws-apigateway'
import { Construct } from 'constructs'
import { tokenHolders, usageKey } from '../access/usage-key.ts'

/** Each is two resources, and a stack has 500. */
const holdersMax = 150

export interface ArchiveUsageProps {
  /** Of the API keys. */
  readonly holderNames: readonly string[]
  readonly takesTokens: boolean
  readonly requestsPerSecondMax: number
}

/**
 * A usage plan that slows down each holder of an API key alone, and together all who have tokens.
 * The authorizer says whose request it is; the gateway's own keys only count.
 */
export class ArchiveUsage extends Construct {
  readonly #keys: readonly apigateway.ApiKey[]
  readonly #requestsPerSecondMax: number

  constructor(scope: Construct, id: string, props: ArchiveUsageProps) {
    super(scope, id)
    const { holderNames, takesTokens, requestsPerSecondMax } = props
    if (holderNames.length > holdersMax) {
      throw new Error(
        `keysFile has ${holderNames.length} keys, at most ${holdersMax} can be slowed down each ` +
          '(requestsPerSecondMax of ArchiveAuth.bearer)',
      )
    }
    this.#requestsPerSecondMax = requestsPerSecondMax
    this.#keys = [...holderNames, ...(takesTokens ? [tokenHolders] : [])].map(
      name =>
        new apigateway.ApiKey(this, name === tokenHolders ? 'Tokens' : `Key-${name}`, {
          description: `Varve: counts the requests of ${name}`,
          value: usageKey(archiveNameOf(scope), name),
        }),
    )
  }

  /** Call it once. */
  limit(api: apigateway.RestApi): void {
    const plan = new apigateway.UsagePlan(this, 'Plan', {
      description: 'Varve: requests of each who has a key',
      throttle: {
        rateLimit: this.#requestsPerSecondMax,
        burstLimit: Math.ceil(2 * this.#requestsPerSecondMax),
      },
      apiStages: [{ api, stage: api.deploymentStage }],
    })
    for (const key of this.#keys) plan.addApiKey(key)
  }
}

/** Tells the archive from others in the same account and region. */
export function archiveNameOf(scope: Construct): string {
  return Names.uniqueId(scope)
}
