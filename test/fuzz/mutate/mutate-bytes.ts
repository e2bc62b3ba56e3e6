import type { Dice } from '../../oracle/dice.ts'

type Mutation = (bytes: Buffer, dice: Dice, others: readonly Buffer[]) => Buffer

/** Numbers that lengths, counts and offsets break at. */
const edges = [0, 1, 2, 7, 8, 0x7f, 0x80, 0xff, 0xffff, 2 ** 24, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1]

/** The bytes with a few changes; `others` lend parts of themselves. The given bytes stay. */
export function mutateBytes(
  bytes: Buffer,
  dice: Dice,
  others: readonly Buffer[] = [bytes],
): Buffer {
  let changed: Buffer = Buffer.from(bytes)
  for (let left = dice.pick([1, 1, 1, 2, 4, 8]); left > 0; left--) {
    const mutation = dice.weighted(mutations)
    changed = mutation(changed, dice, others)
  }
  return changed
}

const mutations: readonly (readonly [weight: number, mutation: Mutation])[] = [
  [6, flipBit],
  [4, setByte],
  [4, setWord],
  [2, cut],
  [1, (bytes, dice) => bytes.subarray(dice.below(bytes.length + 1))],
  [2, insert],
  [2, remove],
  [2, repeat],
  [1, splice],
]

/** One bit of one byte is another. */
export function flipBit(bytes: Buffer, dice: Dice): Buffer {
  if (bytes.length > 0) bytes[dice.below(bytes.length)]! ^= 1 << dice.below(8)
  return bytes
}

function setByte(bytes: Buffer, dice: Dice): Buffer {
  if (bytes.length > 0) bytes[dice.below(bytes.length)] = dice.below(256)
  return bytes
}

function setWord(bytes: Buffer, dice: Dice): Buffer {
  if (bytes.length < 4) return bytes
  const at = dice.below(bytes.length - 3)
  const near = (bytes.readUInt32LE(at) + dice.below(5) - 2) >>> 0
  bytes.writeUInt32LE(dice.chance(0.3) ? near : dice.pick([...edges, bytes.length]), at)
  return bytes
}

function cut(bytes: Buffer, dice: Dice): Buffer {
  return bytes.subarray(0, dice.below(bytes.length + 1))
}

function insert(bytes: Buffer, dice: Dice): Buffer {
  const at = dice.below(bytes.length + 1)
  const added = Buffer.from(Array.from({ length: 1 + dice.below(8) }, () => dice.below(256)))
  return Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at)])
}

function remove(bytes: Buffer, dice: Dice): Buffer {
  const start = dice.below(bytes.length + 1)
  const end = start + dice.below(1 + Math.min(32, bytes.length - start))
  return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)])
}

function repeat(bytes: Buffer, dice: Dice): Buffer {
  const start = dice.below(bytes.length + 1)
  const end = start + dice.below(1 + Math.min(64, bytes.length - start))
  const piece = bytes.subarray(start, end)
  const pieces = Array.from({ length: 1 + dice.below(6) }, () => piece)
  return Buffer.concat([bytes.subarray(0, end), ...pieces, bytes.subarray(end)])
}

/** The beginning of one and the end of another. */
function splice(bytes: Buffer, dice: Dice, others: readonly Buffer[]): Buffer {
  const other = dice.pick(others)
  const start = bytes.subarray(0, dice.below(bytes.length + 1))
  return Buffer.concat([start, other.subarray(dice.below(other.length + 1))])
}
