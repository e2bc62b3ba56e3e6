import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { measuredRun } from './measured-run.ts'

/** What everybody is asked: the events of these addresses, in a span of time or ever. */
export interface AddressQuestion {
  readonly addresses: readonly string[]
  /** RFC 3339, half-open; absent: ever. */
  readonly span?: { readonly start: string; readonly end: string }
}

/** Where the corpus lies: as lines, and as an archive in a directory. */
export interface Place {
  readonly raw: string
  readonly archive: string
  /** For what a peer makes of it. */
  readonly folder: string
}

export interface Answer {
  readonly found: number
  readonly seconds: number
  readonly readBytes: number
  readonly peakBytes: number
}

/** Another way to keep and ask events, at its best documented setting. */
export interface Peer {
  readonly name: string
  /** Takes the corpus in and says what lies on disk then; absent: it reads the lines themselves. */
  readonly load?: (
    place: Place,
  ) => { readonly diskBytes: number; readonly seconds: number } | undefined
  /** `undefined` where the tool is missing. */
  ask(place: Place, question: AddressQuestion): Answer | undefined
}

/** A peer that is a pipe of stock tools, which prints how many events it found. */
export function pipePeer(
  name: string,
  pipe: (place: Place, question: AddressQuestion) => string,
): Peer {
  return {
    name,
    ask: (place, question) => {
      const run = measuredRun(pipe(place, question))
      return run && { ...run, found: Number(run.output) }
    },
  }
}

/** A peer that is a program: `PROGRAM load PLACE` and `PROGRAM ask PLACE QUESTION`, JSON both. */
export function programPeer(name: string, program: string, folderName: string): Peer {
  const run = (verb: string, place: Place, question?: AddressQuestion) => {
    const words = [verb, JSON.stringify(place), JSON.stringify(question ?? null)]
    return measuredRun(`${program} ${words.map(quoted).join(' ')}`)
  }
  return {
    name,
    load: place => {
      const ran = run('load', place)
      if (!ran) return undefined
      return { diskBytes: sizeOf(join(place.folder, folderName)), seconds: ran.seconds }
    },
    ask: (place, question) => {
      const ran = run('ask', place, question)
      return ran?.output ? { peakBytes: ran.peakBytes, ...JSON.parse(ran.output) } : undefined
    },
  }
}

export function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}

/** Bytes of all files in a folder. */
export function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
}
