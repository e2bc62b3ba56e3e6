/** One archive to deploy: whole and separate for its organisation, environment and location. */
export interface ArchiveEntry {
  readonly org: string
  readonly env: string
  /** AWS region. */
  readonly location: string
  /** @default - the account of the credentials that deploy */
  readonly account?: string
  /** @default - none */
  readonly prefix?: string
  /**
   * File of API keys, as `varve key` makes it.
   * @default - none: requests are signed (IAM)
   */
  readonly keys?: string
}

/** Parts that end with a slash each, none of them `.` or `..`. */
export const prefixPattern = /^((?!\.{1,2}\/)[A-Za-z0-9_.=-]+\/)+$/
const part = /^[a-z0-9]+(-[a-z0-9]+)*$/
const patterns = {
  org: part,
  env: part,
  location: /^[a-z]{2}(-[a-z]+)+-\d$/,
  account: /^\d{12}$/,
  prefix: prefixPattern,
  keys: /^[\w./-]+\.json$/,
} as const
const required = ['org', 'env', 'location'] as const

/**
 * The list under `archives` in the context of `cdk.json`, checked. Throws an error that names the
 * entry and the member at fault.
 */
export function parseArchiveList(context: unknown): readonly ArchiveEntry[] {
  if (!Array.isArray(context) || context.length === 0) {
    throw new Error('cdk.json: context.archives must be a list of {org, env, location}')
  }
  const entries = context.map(parseEntry)
  const names = entries.map(stackName)
  const twice = names.find((name, position) => names.indexOf(name) !== position)
  if (twice) throw new Error(`cdk.json: two entries of context.archives make the stack ${twice}`)
  return entries
}

export function stackName(entry: ArchiveEntry): string {
  return `EventArchive-${entry.org}-${entry.env}-${entry.location}`
}

function parseEntry(entry: unknown, position: number): ArchiveEntry {
  const where = `cdk.json: context.archives[${position}]`
  if (typeof entry !== 'object' || entry === null) throw new Error(`${where} is not an object`)
  const members = new Map<string, unknown>(Object.entries(entry))
  for (const name of required) {
    if (!members.has(name)) throw new Error(`${where}.${name} is missing`)
  }
  for (const [name, value] of members) {
    if (!Object.hasOwn(patterns, name)) {
      throw new Error(`${where}.${name} is unknown, expected ${Object.keys(patterns).join(', ')}`)
    }
    const pattern = patterns[name as keyof typeof patterns]
    if (typeof value !== 'string' || !pattern.test(value)) {
      throw new Error(`${where}.${name} is ${JSON.stringify(value)}, expected ${pattern}`)
    }
  }
  return entry as ArchiveEntry
}
