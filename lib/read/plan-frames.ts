import type { Directory, FrameEntry, StreamEntry } from '../bucket/directory.ts'
import { groupOfFrame, type ParityGroup } from '../bucket/parity.ts'
import type { FieldSummary } from '../index/field-summary.ts'
import type { FrameSet } from '../index/frame-set.ts'
import { hidesAll, mayTouch } from '../mask/veil.ts'
import type { Contest } from './contest.ts'
import type { Matched } from './frame-knowledge.ts'
import type { Source } from './plan.ts'
import { type Scope, wantsEveryStream, wantsStream } from './scope.ts'

/** A frame that may hold events of the answer. */
export interface PlannedFrame {
  readonly source: Source
  readonly position: number
  readonly entry: FrameEntry
  /** What heals it when it is damaged; `undefined`: the bucket has no parity. */
  readonly parity: ParityGroup | undefined
  /** Streams whose lines are wanted; `undefined`: all of the frame's. */
  readonly wanted: ReadonlySet<string> | undefined
  /** Streams the frame holds. */
  readonly streams: readonly string[]
  /** Span of the lines wanted, ends included. */
  readonly firstMicros: number
  readonly lastMicros: number
  /** Another object may hold one of its events as well. */
  readonly isContested: boolean
  /** The catalog may hide lines of it. */
  readonly isVeiled: boolean
  /** Events that are surely within streams and times wanted, with those that are hidden. */
  readonly eventCount: number
}

/** Matching events of which directory, catalog or summary say all that is needed. */
export interface Known {
  /** Absent: they are of several streams. */
  readonly stream?: string
  readonly eventCount: number
  readonly firstMicros: number
  readonly lastMicros: number
  /** Of the field whose values are wanted; absent where they are not listed. */
  readonly values?: readonly FieldSummary[]
}

/** What is known of the frames of an object, by their position in it. */
export interface KnownFrames {
  readonly mayMatch: (position: number) => boolean
  /** `undefined`: the frame has to be read. */
  readonly matchedOf: (position: number) => Matched | undefined
}

/** The same of one stream. */
type StreamPart = Known & { readonly stream: string }

export interface FramePlan {
  readonly frames: readonly PlannedFrame[]
  readonly known: readonly Known[]
}

/**
 * The frames of one object that a question must read. `suffices` says of matching events, none of
 * which another object may hold, whether their number and span answer the question. A frame that is
 * no candidate is left out, unless it may hold the copy of an event that decides. Of a frame with
 * hidden lines nothing is known but what it says itself. Pure.
 */
export function planFrames(
  source: Source,
  directory: Directory,
  scope: Scope,
  contest: Contest,
  suffices: (part: Known) => boolean = () => false,
  candidates?: FrameSet,
  knowledge?: KnownFrames,
  mayHide: (position: number) => boolean = () => source.veil !== undefined,
): FramePlan {
  const held = streamsOfFrames(directory)
  const contested = directory.frames.map((frame, i) => {
    const { idCount, firstMicros, lastMicros } = frame
    const streams = held[i]!.map(entry => entry.stream)
    return idCount > 0 && contest.isContested(source.group, streams, firstMicros, lastMicros)
  })
  const veiled = directory.frames.map((frame, i) => isVeiled(source, frame, held[i]!) && mayHide(i))
  const known: Known[] = []
  const asked = directory.streams.filter(entry => {
    if (!wantsStream(scope, entry.stream) || !overlaps(entry, scope)) return false
    if (isHiddenPart(source, entry)) return false
    const isFree = [contested, veiled].every(
      flags => !flags.slice(entry.firstFrame, entry.lastFrame + 1).includes(true),
    )
    if (!scope.filter.matchesAll || !isFree || !suffices(entry)) return true
    known.push(entry)
    return false
  })
  const wanted = new Set(asked)
  const frames: PlannedFrame[] = []
  const framesBefore = source.index?.framesBefore ?? 0
  for (const [position, entry] of directory.frames.entries()) {
    const isCandidate =
      (candidates?.has(framesBefore + position) ?? true) && (knowledge?.mayMatch(position) ?? true)
    if (!isCandidate && !contested[position]) continue
    const streams = held[position]!
    const parts = streams
      .filter(stream => wanted.has(stream))
      .map(stream => within(stream, entry, streams.length === 1))
      .filter(part => overlaps(part, scope) && !isHiddenPart(source, part))
    const isFree = !contested[position] && !veiled[position]
    const isWhole = parts.length === streams.length && isFree
    const told = isWhole && toldOf(entry, parts, scope, knowledge?.matchedOf(position))
    if (told && suffices(told)) known.push(told)
    else if (parts.length > 0) {
      const parity = groupOfFrame(directory.parity, entry)
      frames.push({
        ...{ source, position, entry, parity },
        wanted: parts.length === streams.length ? undefined : namesOf(parts),
        streams: streams.map(stream => stream.stream),
        ...spanOf(parts, scope),
        isContested: contested[position]!,
        isVeiled: veiled[position]!,
        eventCount: sureCount(parts, scope),
      })
    }
  }
  return { frames, known }
}

/** Whether lines of the frame may be hidden, as far as time and streams tell. */
function isVeiled({ veil }: Source, frame: FrameEntry, held: readonly StreamEntry[]): boolean {
  if (!veil) return false
  const streams = [held[0]?.stream ?? '', held.at(-1)?.stream ?? ''] as const
  return veil.masks.some(selection => mayTouch(selection, { ...frame, streams }))
}

/** Whether everything of this stream is hidden. */
function isHiddenPart({ veil }: Source, part: StreamPart): boolean {
  const { stream, firstMicros, lastMicros } = part
  return (
    veil !== undefined && hidesAll(veil, { streams: [stream, stream], firstMicros, lastMicros })
  )
}

/** What is known of the matches of a frame all of whose streams are wanted. */
function toldOf(
  frame: FrameEntry,
  parts: readonly StreamPart[],
  scope: Scope,
  matched: Matched | undefined,
): Known | undefined {
  const [only] = parts
  if (scope.filter.matchesAll && !matched) return parts.length === 1 ? only : undefined
  const { firstMicros, lastMicros } = frame
  if (!matched || firstMicros < scope.startMicros || lastMicros >= scope.endMicros) return undefined
  const span = { firstMicros, lastMicros }
  return { ...(parts.length === 1 && { stream: only!.stream }), ...matched, ...span }
}

/**
 * What the catalog alone knows of an object, when all of it is wanted and none of it contested or
 * hidden.
 */
export function knownWhole(
  source: Source,
  scope: Scope,
  contest: Contest,
  mayHide = source.veil !== undefined,
): Known | undefined {
  const { streams, eventCount, firstMicros, lastMicros } = source
  if (mayHide) return undefined
  if (!streams || source.manifest?.isDistinct === false) return undefined
  const [stream, last] = streams
  const isOne = stream === last
  if (isOne ? !wantsStream(scope, stream) : !wantsEveryStream(scope)) return undefined
  if (firstMicros < scope.startMicros || lastMicros >= scope.endMicros) return undefined
  const names = isOne ? [stream] : undefined
  const mayBeContested = source.idCount !== 0
  if (mayBeContested && contest.isContested(source.group, names, firstMicros, lastMicros)) {
    return undefined
  }
  return { ...(isOne && { stream }), eventCount, firstMicros, lastMicros }
}

/** The streams each frame holds. */
function streamsOfFrames(directory: Directory): StreamEntry[][] {
  const held: StreamEntry[][] = directory.frames.map(() => [])
  for (const entry of directory.streams) {
    for (let i = entry.firstFrame; i <= entry.lastFrame; i++) held[i]?.push(entry)
  }
  return held
}

function overlaps(part: Known, scope: Scope): boolean {
  return part.firstMicros < scope.endMicros && part.lastMicros >= scope.startMicros
}

/** What a frame holds of a stream, as exactly as the directory says. */
function within(stream: StreamEntry, frame: FrameEntry, isOnly: boolean): StreamPart {
  return {
    stream: stream.stream,
    eventCount: isOnly
      ? frame.eventCount
      : stream.firstFrame === stream.lastFrame
        ? stream.eventCount
        : 0,
    firstMicros: Math.max(stream.firstMicros, frame.firstMicros),
    lastMicros: Math.min(stream.lastMicros, frame.lastMicros),
  }
}

function namesOf(parts: readonly StreamPart[]): ReadonlySet<string> {
  return new Set(parts.map(part => part.stream))
}

function spanOf(
  parts: readonly Known[],
  scope: Scope,
): { readonly firstMicros: number; readonly lastMicros: number } {
  let firstMicros = Infinity
  let lastMicros = 0
  for (const part of parts) {
    if (part.firstMicros < firstMicros) firstMicros = part.firstMicros
    if (part.lastMicros > lastMicros) lastMicros = part.lastMicros
  }
  return {
    firstMicros: Math.max(firstMicros, scope.startMicros),
    lastMicros: Math.min(lastMicros, scope.endMicros - 1),
  }
}

function sureCount(parts: readonly Known[], scope: Scope): number {
  let count = 0
  for (const part of parts) {
    if (part.firstMicros >= scope.startMicros && part.lastMicros < scope.endMicros) {
      count += part.eventCount
    }
  }
  return count
}
