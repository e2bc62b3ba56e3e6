import { type Catalog, emptyCatalog } from '../catalog/catalog.ts'
import { chainedMembers, hashOfEntry, partsOf } from '../catalog/chain.ts'
import type { ChainEntry, ChainPart } from '../catalog/chain-entry.ts'
import { digestOf, digestOfPart } from '../catalog/part-digest.ts'

/**
 * What the chain says that the archive holds (docs/evidence.md): entry by entry, each of which must
 * follow from the one before. Pure; whoever walks the chain hands it the entries.
 */
export class ChainReplay {
  /** Runs and roll-ups of the catalog, by id. */
  readonly parts = new Map<string, ChainPart>()
  readonly faults: string[] = []
  /** Digests of members of the catalog, by name. */
  readonly #members = new Map<string, string>()
  #last: ChainEntry | undefined
  #head = ''

  /** Hash of the entry that was applied last. */
  get head(): string {
    return this.#head
  }

  apply(entry: ChainEntry): void {
    this.#demandOrder(entry)
    for (const id of entry.removed) {
      if (!this.parts.delete(id)) this.faults.push(`entry ${entry.number} removes ${id}, not there`)
    }
    for (const part of entry.added) {
      if (this.parts.has(part.id)) {
        this.faults.push(`entry ${entry.number} adds ${part.id}, which was there`)
      }
      this.parts.set(part.id, part)
    }
    for (const [name, digest] of Object.entries(entry.set)) this.#members.set(name, digest)
    this.#last = entry
    this.#head = hashOfEntry(entry)
  }

  #demandOrder(entry: ChainEntry): void {
    const { number: expected, previous } = this.#last
      ? { number: this.#last.number + 1, previous: this.#head }
      : { number: 1, previous: entry.previous }
    if (entry.number !== expected) {
      this.faults.push(`entry ${expected} is missing: entry ${entry.number} is in its place`)
    } else if (entry.previous !== previous) {
      this.faults.push(`entry ${entry.number - 1} or the hash of it in the next is altered`)
    } else if (this.#last && entry.generation <= this.#last.generation) {
      this.faults.push(`entry ${entry.number} is of generation ${entry.generation}, as one before`)
    }
  }

  /** In what the catalog is another than the whole chain says. */
  compare(catalog: Catalog): string[] {
    const { chain } = catalog
    const faults: string[] = []
    if (chain.head !== this.#head || chain.length !== (this.#last?.number ?? 0)) {
      faults.push(`the catalog names ${chain.length} entries and the head ${chain.head || 'none'}`)
    }
    const present = new Map(partsOf(catalog).map(part => [part.id, part]))
    for (const [id, { digest, events }] of this.parts) {
      const part = present.get(id)
      if (!part) faults.push(`${id} with ${events} events is gone from the catalog`)
      else if (digestOfPart(part) !== digest) faults.push(`the catalog describes ${id} otherwise`)
    }
    for (const id of present.keys()) {
      if (!this.parts.has(id)) faults.push(`${id} came to the catalog without an entry`)
    }
    return [...faults, ...this.#memberFaults(catalog)]
  }

  #memberFaults(catalog: Catalog): string[] {
    const names = new Set<keyof Catalog>([
      ...chainedMembers(emptyCatalog),
      ...chainedMembers(catalog),
    ])
    const isKept = (name: keyof Catalog) =>
      digestOf(catalog[name]) === (this.#members.get(name) ?? digestOf(emptyCatalog[name]))
    return [...names]
      .filter(name => !isKept(name))
      .map(name => `${name} of the catalog was set without an entry`)
  }
}
