import type { IConstruct } from 'constructs'

/**
 * What CloudWatch knows a part of an archive by: its path in the tree of constructs, which is
 * unique in an account's region, unlike a fixed name.
 */
export function measuredNameOf(part: IConstruct): string {
  return part.node.path.replaceAll('/', '-')
}
