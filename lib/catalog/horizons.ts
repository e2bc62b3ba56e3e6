import { type Domain, includesDomain, inDomain } from '../core/domain.ts'
import { holdsAll, mayHoldSome, type StreamExtent } from '../core/stream-extent.ts'

/**
 * What is pruned: events of these streams before this time. It keeps the streams as they were when
 * it was set, so that what is pruned stays pruned whatever becomes of the policies (PROTOCOL P2).
 */
export interface Horizon extends Domain {
  readonly beforeMicros: number
}

/** Streams whose horizon is remembered. */
const rememberedMax = 100_000

/** Looks horizons up, for one catalog. */
export class Horizons {
  readonly list: readonly Horizon[]
  readonly #ofStreams = new Map<string, number>()

  constructor(list: readonly Horizon[]) {
    this.list = list
  }

  /** Events of the stream before this time are pruned; 0: none. */
  of(stream: string): number {
    if (this.list.length === 0) return 0
    let found = this.#ofStreams.get(stream)
    if (found === undefined) {
      if (this.#ofStreams.size >= rememberedMax) this.#ofStreams.clear()
      found = latest(this.list.filter(horizon => inDomain(stream, horizon)))
      this.#ofStreams.set(stream, found)
    }
    return found
  }

  /** The least and the greatest horizon that streams of the extent may have. */
  within(extent: StreamExtent): { readonly least: number; readonly most: number } {
    const { streams } = extent
    if (streams && streams[0] === streams[1]) {
      const only = this.of(streams[0])
      return { least: only, most: only }
    }
    const all = this.list.filter(horizon => holdsAll(horizon, extent))
    const some = this.list.filter(horizon => mayHoldSome(horizon, extent))
    return { least: latest(all), most: latest(some) }
  }
}

/** The horizons with these added or raised, less those that others make needless. None falls. */
export function raiseHorizons(
  horizons: readonly Horizon[],
  raised: readonly Horizon[],
): readonly Horizon[] {
  let kept: readonly Horizon[] = horizons
  for (const horizon of raised) {
    if (kept.some(other => isImplied(horizon, other))) continue
    kept = [...kept.filter(other => !isImplied(other, horizon)), horizon]
  }
  return kept
}

/** Whether `other` prunes all that `horizon` does. */
export function isImplied(horizon: Horizon, other: Horizon): boolean {
  return other.beforeMicros >= horizon.beforeMicros && includesDomain(other, horizon)
}

function latest(horizons: readonly Horizon[]): number {
  return horizons.reduce((most, { beforeMicros }) => Math.max(most, beforeMicros), 0)
}
