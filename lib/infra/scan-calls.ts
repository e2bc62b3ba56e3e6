import { type Size, Stack } from 'aws-cdk-lib'
import * as iam from 'aws-cdk-lib/aws-iam'
import type * as lambda from 'aws-cdk-lib/aws-lambda'
import type { EventArchiveProps } from './event-archive-props.ts'

/** Tells the query function where and how to call the scan function (`lambdas/scan-calls.ts`). */
export function scanVariables(
  scanFunction: lambda.Function,
  memory: Size,
  { scanReservedConcurrency: callsMax }: Pick<EventArchiveProps, 'scanReservedConcurrency'>,
): Record<string, string> {
  const { region, urlSuffix } = Stack.of(scanFunction)
  const path = `2015-03-31/functions/${scanFunction.functionName}/invocations`
  return {
    VARVE_SCAN_URL: `https://lambda.${region}.${urlSuffix}/${path}`,
    VARVE_SCAN_MEBIBYTES: String(memory.toMebibytes()),
    ...(callsMax !== undefined && { VARVE_SCAN_CALLS: String(callsMax) }),
  }
}

/** Lets its role call the function, and no version or alias of it. */
export function callStatement(called: lambda.Function): iam.PolicyStatement {
  return new iam.PolicyStatement({
    actions: ['lambda:InvokeFunction'],
    resources: [called.functionArn],
  })
}
