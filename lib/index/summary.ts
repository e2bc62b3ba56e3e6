import { unwrap, wrap } from '../bytes/envelope.ts'
import { VarintReader, VarintWriter } from '../bytes/varint.ts'
import { ArchiveError } from '../core/errors.ts'
import { absentColumn, decodeColumn, type FieldColumn } from './field-column.ts'
import { rootOf } from './field-table.ts'
import { framesMax } from './term-shape.ts'

/** docs/format.md, section 11. */
const signature = 'VRS1'
/** A head names 512 fields at most, and a column of each tells of the run or of a stripe. */
const rawBytesMax = 64 * 2 ** 20

/** Columns in a row are compressed together until they have so many bytes. */
const blockBytesMin = 4096

/** A piece of the object that is fetched and unpacked as one. */
export interface SummaryBlock {
  /** Bytes [start, end) of the object. */
  readonly start: number
  readonly end: number
}

/** Where a column is: bytes [start, end) of an unpacked block. */
export interface ColumnPlace {
  readonly block: SummaryBlock
  readonly start: number
  readonly end: number
}

/** A run's field summary, opened: all of it but its columns. */
export interface Summary {
  readonly frameCount: number
  readonly eventCount: number
  /** Frames of a stripe; the last one may have fewer. */
  readonly stripeFrames: number
  /** Roots of paths that are none of the fields; `all`: there may be any other path. */
  readonly otherRoots: readonly string[] | 'all'
  /** For each stripe: how many events its frames have. */
  readonly eventColumns: readonly ColumnPlace[]
  readonly fields: readonly SummaryField[]
}

export interface SummaryField {
  readonly path: string
  /** A column of one frame: the whole run. */
  readonly total: FieldColumn
  /** For each stripe; empty where no event has the field. */
  readonly columns: readonly ColumnPlace[]
}

export interface SummaryHead {
  readonly frameCount: number
  readonly eventCount: number
  readonly stripeFrames: number
  readonly otherRoots: readonly string[] | 'all'
  readonly fields: readonly {
    readonly path: string
    readonly total: Buffer
  }[]
  /** Of the columns of events and then of each field, each by stripes. */
  readonly columnBytes: readonly number[]
  readonly blockBytes: readonly number[]
  readonly owner: string
}

export function encodeHead(head: SummaryHead): Buffer {
  const out = new VarintWriter()
  out.writeBytes(Buffer.from(signature + head.owner))
  for (const number of [head.frameCount, head.eventCount, head.stripeFrames]) out.write(number)
  const { otherRoots } = head
  out.write(otherRoots === 'all' ? 0 : 1 + otherRoots.length)
  if (otherRoots !== 'all') for (const root of otherRoots) writeText(out, Buffer.from(root))
  out.write(head.fields.length)
  for (const { path, total } of head.fields) {
    writeText(out, Buffer.from(path))
    writeText(out, total)
  }
  for (const sizeBytes of head.columnBytes) out.write(sizeBytes)
  for (const sizeBytes of head.blockBytes) out.write(sizeBytes)
  return wrap(out.bytes())
}

function writeText(out: VarintWriter, text: Buffer): void {
  out.write(text.length)
  out.writeBytes(text)
}

/** Reads the head, the object's last bytes, of the summary of this owner. Throws `corrupt`. */
export function openSummary(head: Buffer, objectBytes: number, owner: string): Summary {
  const input = new VarintReader(unwrap(head, 'summary', rawBytesMax))
  const found = input.readBytes(signature.length + owner.length).toString('latin1')
  if (found !== signature + owner) {
    throw new ArchiveError('corrupt', `it begins with ${found}, expected ${signature + owner}`)
  }
  const [frameCount, eventCount, stripeFrames] = [input.read(), input.read(), input.read()]
  const readText = () => input.readBytes(input.read())
  const rootCount = input.readCount(1)
  const otherRoots =
    rootCount === 0 ? 'all' : Array.from({ length: rootCount - 1 }, () => readText().toString())
  const fieldCount = input.readCount()
  const allEvents = Float64Array.of(eventCount)
  const named = Array.from({ length: fieldCount }, () => {
    return { path: readText().toString(), total: decodeColumn(readText(), allEvents) }
  })
  const stripeCount = stripesOf(frameCount, stripeFrames)
  const columnCount = input.checkCount((1 + fieldCount) * stripeCount)
  const places = readPlaces(input, columnCount)
  const fields = named.map((field, i) => {
    return { ...field, columns: places.slice((1 + i) * stripeCount, (2 + i) * stripeCount) }
  })
  const columnsEnd = places.at(-1)?.block.end ?? 0
  if (columnsEnd + head.length !== objectBytes) {
    const expected = columnsEnd + head.length
    throw new ArchiveError('corrupt', `it has ${objectBytes} bytes, expected ${expected}`)
  }
  const eventColumns = places.slice(0, stripeCount)
  return { frameCount, eventCount, stripeFrames, otherRoots, eventColumns, fields }
}

function stripesOf(frameCount: number, stripeFrames: number): number {
  if (frameCount <= framesMax && stripeFrames > 0) return Math.ceil(frameCount / stripeFrames)
  throw new ArchiveError('corrupt', `it has ${frameCount} frames in stripes of ${stripeFrames}`)
}

function readPlaces(input: VarintReader, columnCount: number): ColumnPlace[] {
  const columnBytes = Array.from({ length: columnCount }, () => input.read())
  const places: ColumnPlace[] = []
  let blockEnd = 0
  for (const columns of blocksOf(columnBytes)) {
    const block = { start: blockEnd, end: blockEnd + input.read() }
    blockEnd = block.end
    let start = 0
    for (const sizeBytes of columns) {
      places.push({ block, start, end: start + sizeBytes })
      start += sizeBytes
    }
  }
  return places
}

/** Which columns of these sizes are compressed together. */
export function* blocksOf(columnBytes: readonly number[]): Generator<readonly number[]> {
  let [start, sizeBytes] = [0, 0]
  for (const [i, each] of columnBytes.entries()) {
    sizeBytes += each
    if (sizeBytes < blockBytesMin && i + 1 < columnBytes.length) continue
    yield columnBytes.slice(start, i + 1)
    start = i + 1
    sizeBytes = 0
  }
}

export function allBlocks({ eventColumns, fields }: Summary): ReadonlySet<SummaryBlock> {
  const places = [...eventColumns, ...fields.flatMap(field => field.columns)]
  return new Set(places.map(place => place.block))
}

/** The fields at or below a path. */
export function fieldsAt(summary: Summary, path: string): SummaryField[] {
  return summary.fields.filter(field => field.path === path || field.path.startsWith(`${path}.`))
}

/** Whether there may be other fields at or below a path. */
export function mayHaveOthers({ otherRoots }: Summary, path: string): boolean {
  return otherRoots === 'all' || otherRoots.includes(rootOf(path))
}

/** Frames of a stripe. */
function framesOfStripe(summary: Summary, stripe: number): number {
  return Math.min(summary.stripeFrames, summary.frameCount - stripe * summary.stripeFrames)
}

/** The columns of a block. Throws `corrupt`. */
export function openBlock(bytes: Buffer): Buffer {
  return unwrap(bytes, 'block of columns', rawBytesMax)
}

/** How many events each frame of a stripe has, told from its unpacked block. Throws `corrupt`. */
export function readFrameEvents(summary: Summary, stripe: number, block: Buffer): Float64Array {
  const { start, end } = summary.eventColumns[stripe]!
  const input = new VarintReader(block.subarray(start, end))
  const frameCount = input.checkCount(framesOfStripe(summary, stripe))
  return new Float64Array(frameCount).map(() => input.read())
}

/** What a stripe's frames, which have so many events each, say of a field. Throws `corrupt`. */
export function readColumn(
  field: SummaryField,
  stripe: number,
  block: Buffer,
  frameEvents: Float64Array,
): FieldColumn {
  const { start, end } = field.columns[stripe]!
  if (start === end) return absentColumn(frameEvents.length)
  return decodeColumn(block.subarray(start, end), frameEvents)
}
