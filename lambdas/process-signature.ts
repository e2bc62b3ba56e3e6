import { type Signable, signedHeaders } from '../lib/access/sign-request.ts'
import type { Clock } from '../lib/core/clock.ts'

/** Signs a request to a service of AWS with the credentials and region of this function. */
export function processSignature(
  request: Signable,
  service: string,
  clock: Clock,
): Record<string, string> {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION } = process.env
  return signedHeaders(
    request,
    {
      accessKeyId: AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: AWS_SECRET_ACCESS_KEY ?? '',
      sessionToken: AWS_SESSION_TOKEN,
    },
    { region: AWS_REGION ?? '', service },
    new Date(clock.nowMicros() / 1000),
  )
}
