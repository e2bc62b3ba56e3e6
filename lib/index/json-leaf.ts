import type { Leaf, LeafKind } from '../query/leaf-walk.ts'
import { hasLiterals, hasNulls, hasStrings, kindOf } from './field-kinds.ts'

/** The leaf whose JSON text this is, as a walk over an event would visit it. */
export function leafOf(json: Buffer): Leaf {
  const kind = kindOfLeaf(json[0]!)
  const margin = kind === 'string' ? 1 : 0
  return {
    kind,
    bytes: json,
    start: margin,
    end: json.length - margin,
    isEscaped: kind === 'string' && json.includes(0x5c),
    isParameter: false,
  }
}

function kindOfLeaf(first: number): LeafKind {
  const kind = kindOf(first)
  if (kind === hasStrings) return 'string'
  if (kind === hasLiterals) return 'literal'
  return kind === hasNulls ? 'null' : 'number'
}
