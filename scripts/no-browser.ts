/**
 * What `bowser` is in the bundles of the Lambdas: the AWS SDK tells browsers apart with it, in code
 * that no server runs but that a bundle cannot leave out.
 */
export function parse(): never {
  throw new Error('a Lambda is no browser')
}
