import { byteOrderMarkLength, hasByteOrderMark } from '../../bytes/byte-order-mark.ts'
import { ArchiveError } from '../../core/errors.ts'
import { ByteSource } from './byte-source.ts'
import { type DamageFound, salvage } from './damage.ts'
import { gunzip, isGzip } from './gzip.ts'
import { isTar, tarMembers } from './tar.ts'
import { isZstd, unzstd } from './zstd.ts'

/** A plain file: what is left when compression and archives are taken off. */
export interface PlainFile {
  /** The file's own name, then the names of the members that led here. */
  readonly path: readonly string[]
  /** Why it cannot be read; it has no chunks then. */
  readonly refused?: ArchiveError
  /** The first `importSampleBytes`. */
  readonly sample: Buffer
  /** Begin with the sample; end where damage begins. Read them before the next file. */
  readonly chunks: AsyncIterable<Buffer>
}

export interface UnpackLimits {
  readonly importSampleBytes: number
  readonly importNestingMax: number
}

/**
 * The plain files within a file: gzip, zstd and tar are taken off, as often as they are nested,
 * by what the bytes begin with and never by name. Damage ends everything and is noted in `found`;
 * a file in another compression is refused.
 */
export async function* unpack(
  path: readonly string[],
  chunks: AsyncIterable<Buffer>,
  limits: UnpackLimits,
  found: DamageFound,
  depth = 0,
): AsyncGenerator<PlainFile> {
  const name = path.join(': ')
  const source = new ByteSource(chunks)
  const inner = (innerPath: readonly string[], innerChunks: AsyncIterable<Buffer>) =>
    unpack(innerPath, salvage(innerChunks, found), limits, found, depth + 1)
  const beginning = await source.look(512)
  const refused = refusal(beginning, name, depth, limits)
  if (refused) yield { path, refused, sample: Buffer.alloc(0), chunks: none() }
  else if (isGzip(beginning)) yield* inner(path, gunzip(source, name))
  else if (isZstd(beginning)) yield* inner(path, unzstd(source, name))
  else if (isTar(beginning)) {
    for await (const member of salvage(tarMembers(source, name, found), found)) {
      yield* inner([...path, member.name], member.chunks)
    }
  } else {
    if (hasByteOrderMark(beginning)) await source.take(byteOrderMarkLength)
    const sample = await source.look(limits.importSampleBytes)
    yield { path, sample, chunks: source.rest() }
  }
}

const unknownKinds: readonly (readonly [name: string, magic: string])[] = [
  ['xz', 'fd377a585a00'],
  ['bzip2', '425a6839'],
  ['zip', '504b0304'],
  ['LZ4', '04224d18'],
  ['Parquet', '50415231'],
]

function refusal(
  beginning: Buffer,
  name: string,
  depth: number,
  limits: UnpackLimits,
): ArchiveError | undefined {
  if (depth > limits.importNestingMax) {
    return new ArchiveError('invalid', `${name} is nested deeper than ${limits.importNestingMax}`)
  }
  const hex = beginning.toString('hex', 0, 8)
  const kind = unknownKinds.find(([, magic]) => hex.startsWith(magic))
  if (!kind) return undefined
  const expected = 'expected plain text, gzip, zstd or tar'
  return new ArchiveError('invalid', `${name} is a ${kind[0]} file, ${expected}`)
}

async function* none(): AsyncGenerator<Buffer> {}
