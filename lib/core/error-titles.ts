import type { ErrorCode } from './errors.ts'

/** What an error of a code is in general, as problems say it; `internal`: a defect. */
export const errorTitles: Readonly<Record<ErrorCode | 'internal', string>> = {
  invalid: 'The request cannot be understood',
  'too-large': 'The request passes a limit',
  missing: 'There is no such thing',
  conflict: 'Something else is stored under this name',
  unavailable: 'Not now; the same request may succeed later',
  corrupt: 'Stored bytes are not what was written',
  internal: 'The server failed',
}
