import { ArchiveError } from '../core/errors.ts'

/** A body of a kind that is not taken in: status 415. */
export class UnsupportedBody extends ArchiveError {}

export function unsupported(detail: string, expected: string): UnsupportedBody {
  return new UnsupportedBody('invalid', detail, {
    details: [{ detail, hint: `expected ${expected}` }],
  })
}
