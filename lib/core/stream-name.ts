import { ArchiveError } from './errors.ts'

/** Longest stream name, in characters; all of them are ASCII, so also in bytes. */
export const streamNameLengthMax = 200

const allowed = /^[A-Za-z0-9_@:.+=~-]+(?:\/[A-Za-z0-9_@:.+=~-]+)*$/

/**
 * Why this text is no stream name, or `undefined` when it is one: 1 to 200 of the characters
 * `A-Z a-z 0-9 / . _ - : @ + = ~`, in parts separated by single slashes, no part `.` or `..`.
 */
export function streamNameFault(name: unknown): string | undefined {
  if (typeof name !== 'string') return 'a stream name is a string'
  if (name === '') return 'a stream name has at least one character'
  if (name.length > streamNameLengthMax) {
    const found = name.length
    return `a stream name has at most ${streamNameLengthMax} characters, this one has ${found}`
  }
  if (name.split('/').some(part => part === '.' || part === '..')) {
    return `stream name ${JSON.stringify(name)} has a part "." or ".."`
  }
  if (!allowed.test(name)) {
    return (
      `stream name ${JSON.stringify(name)} must consist of A-Z a-z 0-9 . _ - : @ + = ~ ` +
      'in parts separated by single slashes'
    )
  }
  return undefined
}

/** The name itself; throws `invalid` with the reason when it is none. */
export function asStreamName(name: unknown): string {
  const fault = streamNameFault(name)
  if (fault)
    throw new ArchiveError('invalid', fault, { details: [{ pointer: '/@stream', detail: fault }] })
  return name as string
}
