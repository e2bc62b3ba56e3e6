import { createHash } from 'node:crypto'

/** Whose requests are counted together, where tokens are: all who have one. */
export const tokenHolders = '*'

/**
 * The name by which the gateway counts the requests of who has an API key. It has to be unique in
 * an account's region, and gives nobody any right.
 */
export function usageKey(archive: string, holderName: string): string {
  return createHash('sha256')
    .update(JSON.stringify([archive, holderName]))
    .digest('hex')
}
