import { compareLines, LineWalker, sameEvent } from '../bucket/line.ts'

/** Sorted lines, frame by frame; `undefined` behind the last frame. */
export type FrameSource = () => Promise<Buffer | undefined>

/** Takes the merged lines. The walker is only valid during the call. */
export interface LineSink {
  add(line: LineWalker): void
  /** Called between frames: the moment to wait for something. */
  flush(): Promise<void>
}

interface Source {
  line: LineWalker
  readonly nextFrame: FrameSource
}

/**
 * Merges sorted sources into one sorted sequence without the second and later copies of an event
 * that carries an `@id` (docs/format.md, section 2): the first in line order is the one that
 * counts.
 */
export async function mergeLines(sources: readonly FrameSource[], sink: LineSink): Promise<void> {
  const heap: Source[] = []
  for (const nextFrame of sources) {
    const source = { line: new LineWalker(Buffer.alloc(0)), nextFrame }
    if (await advance(source)) heap.push(source)
  }
  for (let at = (heap.length >> 1) - 1; at >= 0; at--) siftDown(heap, at)
  let last: LineWalker | undefined
  while (heap.length > 0) {
    const { line } = heap[0]!
    if (!last || !line.hasId || !sameEvent(last, line)) {
      sink.add(line)
      last = line.hasId ? snapshot(line) : undefined
    }
    if (!line.next()) {
      await sink.flush()
      if (!(await advance(heap[0]!))) {
        const moved = heap.pop()!
        if (heap.length === 0) return
        if (moved !== heap[0]) heap[0] = moved
      }
    }
    siftDown(heap, 0)
  }
}

async function advance(source: Source): Promise<boolean> {
  for (;;) {
    const frame = await source.nextFrame()
    if (!frame) return false
    source.line = new LineWalker(frame)
    if (source.line.next()) return true
  }
}

/** The same line in a walker that stays there. */
function snapshot(line: LineWalker): LineWalker {
  const copy = new LineWalker(line.bytes)
  copy.readAt(line.start, line.end)
  return copy
}

function siftDown(heap: Source[], start: number): void {
  const moving = heap[start]!
  let at = start
  for (;;) {
    let child = 2 * at + 1
    if (child >= heap.length) break
    const right = child + 1
    if (right < heap.length && compareLines(heap[right]!.line, heap[child]!.line) < 0) child = right
    if (compareLines(heap[child]!.line, moving.line) >= 0) break
    heap[at] = heap[child]!
    at = child
  }
  heap[at] = moving
}
