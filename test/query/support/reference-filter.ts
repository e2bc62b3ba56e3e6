import type { Query } from '../../../lib/query/query.ts'
import type { Member, TestEvent, TestValue } from './events.ts'
import { referenceCondition } from './reference-condition.ts'

export interface ReferenceLeaf {
  readonly path: string
  readonly kind: string
  readonly text: string
  readonly isParameter: boolean
}

export type ReferenceTest = (leaves: readonly ReferenceLeaf[]) => boolean

/** What docs/query.md says, written down as plainly as can be and without regard to speed. */
export function referenceMatches(query: Query, event: TestEvent): boolean {
  return referenceTest(query)(referenceLeaves(event))
}

/** The same for many events: whether leaves are those of an event that meets the query. */
export function referenceTest(query: Query): ReferenceTest {
  switch (query.kind) {
    case 'all':
      return () => true
    case 'and': {
      const parts = query.parts.map(referenceTest)
      return leaves => parts.every(part => part(leaves))
    }
    case 'or': {
      const parts = query.parts.map(referenceTest)
      return leaves => parts.some(part => part(leaves))
    }
    case 'not': {
      const part = referenceTest(query.part)
      return leaves => !part(leaves)
    }
    case 'match': {
      const { field, condition } = query
      const meets = referenceCondition(condition, field)
      return leaves =>
        leaves.some(leaf => isLookedAt(leaf, field) && leaf.kind !== 'null' && meets(leaf))
    }
  }
}

function isLookedAt({ path, isParameter }: ReferenceLeaf, field: string | undefined): boolean {
  return field === undefined ? !isParameter : path === field || path.startsWith(`${field}.`)
}

export function referenceLeaves({ members }: TestEvent): ReferenceLeaf[] {
  return members.flatMap(([name, value], i) => leavesOf(name, value, i < 2))
}

function leavesOf(path: string, value: TestValue, isParameter: boolean): ReferenceLeaf[] {
  if (value.kind === 'array') return value.items.flatMap(item => leavesOf(path, item, isParameter))
  if (value.kind === 'object') {
    const below = ([name, member]: Member) => leavesOf(`${path}.${name}`, member, isParameter)
    return value.members.flatMap(below)
  }
  return [{ path, kind: value.kind, text: value.text, isParameter }]
}
