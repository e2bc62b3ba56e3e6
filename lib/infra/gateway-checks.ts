import type * as apigateway from 'aws-cdk-lib/aws-apigateway'

/** Questions by their address under `/v1`, each with what it cannot be asked without. */
const demanded: Readonly<Record<string, readonly string[]>> = {
  histogram: ['interval'],
  terms: ['term'],
}

/**
 * Doors of their own for questions that demand a parameter: without it the gateway answers itself,
 * and no function is called. It looks at no body: here all of them are bytes to it, often packed.
 */
export function addCheckedQuestions(
  api: apigateway.RestApi,
  version: apigateway.IResource,
  query: apigateway.Integration,
): void {
  const requestValidator = api.addRequestValidator('Demanded', { validateRequestParameters: true })
  for (const [address, parameters] of Object.entries(demanded)) {
    version.addResource(address).addMethod('GET', query, {
      requestValidator,
      requestParameters: Object.fromEntries(
        parameters.map(name => [`method.request.querystring.${name}`, true]),
      ),
    })
  }
}
