/**
 * What `lib/read/thread-fleet.ts` is in the bundles of the Lambdas, which have one core and no file
 * for threads to start from.
 */
export class ThreadFleet {
  constructor() {
    throw new Error('a Lambda has no threads')
  }
}
