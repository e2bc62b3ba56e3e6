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
  const take = withoutCopies(sink)
  while (heap.length > 0) {
    if (!takeRun(heap[0]!.line, secondOf(heap), take)) {
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

/** Passes on every line but the later copies of one event. */
function withoutCopies(sink: LineSink): (line: LineWalker) => void {
  const last = new LineWalker(Buffer.alloc(0))
  let hasLast = false
  return line => {
    const { hasId } = line
    if (hasId && hasLast && sameEvent(last, line)) return
    sink.add(line)
    hasLast = hasId
    if (hasId) last.follow(line)
  }
}

/**
 * Takes lines of one source as long as no line of another comes before them: sources mostly hold
 * long runs. False at the end of the frame. `rival` is the first of the others.
 */
function takeRun(
  line: LineWalker,
  rival: LineWalker | undefined,
  take: (line: LineWalker) => void,
): boolean {
  let { stream } = line
  let isRivalLater = rival?.stream !== stream
  for (;;) {
    take(line)
    if (!line.next()) return false
    if (line.stream !== stream) {
      stream = line.stream
      isRivalLater = false
    }
    if (!rival || isRivalLater) continue
    if (compareLines(rival, line) < 0) return true
    isRivalLater = rival.stream !== stream
  }
}

function secondOf(heap: readonly Source[]): LineWalker | undefined {
  const [, left, right] = heap
  return right && compareLines(right.line, left!.line) < 0 ? right.line : left?.line
}

async function advance(source: Source): Promise<boolean> {
  for (;;) {
    const frame = await source.nextFrame()
    if (!frame) return false
    source.line = new LineWalker(frame)
    if (source.line.next()) return true
  }
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
