/**
 * An object of the snapshot is not there any more: the brigade went on. The question takes a fresh
 * snapshot and continues (PROTOCOL R4); callers never see this.
 */
export class Gone extends Error {
  override readonly name = 'Gone'
}
