import { ArchiveError, type ErrorDetail } from '../core/errors.ts'
import type { Settings } from '../core/settings.ts'

/** What a parameter's text may depend on. */
export interface Surroundings {
  readonly settings: Settings
  readonly nowMicros: number
}

/** One query parameter: what reads it and what describes it are the same object. */
export interface Parameter<Value = unknown> {
  readonly description: string
  /** JSON schema of OpenAPI 3.1. */
  readonly schema: Readonly<Record<string, unknown>>
  readonly required?: boolean
  /** Given empty it is refused, where what is absent takes in more than whoever asks may mean. */
  readonly refusesEmpty?: boolean
  /** The value, or throws a `parameterFault`. */
  readonly read: (text: string, surroundings: Surroundings) => Value
}

export type Parameters = Readonly<Record<string, Parameter>>

/** The values of parameters; one that was not given, or given empty, is absent. */
export type Values<P extends Parameters> = {
  readonly [Name in keyof P]?: P[Name] extends Parameter<infer Value> ? Value : never
}

/** What `read` throws: why the text is no value, and what to do. */
export function parameterFault(why: string, hint?: string): ArchiveError {
  return new ArchiveError('invalid', why, { details: [{ detail: why, ...(hint && { hint }) }] })
}

/** Reads all parameters given. Throws `invalid` that names every one unknown, repeated or wrong. */
export function readParameters<P extends Parameters>(
  given: Iterable<readonly [name: string, text: string]>,
  known: P,
  surroundings: Surroundings,
): Values<P> {
  const values: Record<string, unknown> = {}
  const faults: ErrorDetail[] = []
  const seen = new Set<string>()
  for (const [name, text] of given) {
    const fault = readOne(name, text, known, seen, values, surroundings)
    if (fault) faults.push(fault)
  }
  for (const [name, parameter] of Object.entries(known)) {
    if (parameter.required && !(name in values) && !faults.some(f => f.pointer === `/${name}`)) {
      faults.push({ pointer: `/${name}`, detail: `parameter ${name} is missing` })
    }
  }
  if (faults.length > 0) {
    throw new ArchiveError('invalid', faults[0]!.detail, { details: faults })
  }
  return values as Values<P>
}

function readOne(
  name: string,
  text: string,
  known: Parameters,
  seen: Set<string>,
  values: Record<string, unknown>,
  surroundings: Surroundings,
): ErrorDetail | undefined {
  const pointer = `/${name}`
  if (!Object.hasOwn(known, name)) {
    const names = Object.keys(known).join(', ')
    return {
      pointer,
      detail: `parameter ${JSON.stringify(name)} is unknown`,
      hint: names ? `known here: ${names}` : 'this address takes no parameters',
    }
  }
  if (seen.has(name)) return { pointer, detail: `parameter ${name} is given twice` }
  seen.add(name)
  if (known[name]!.refusesEmpty && text.trim() === '') {
    return { pointer, detail: `parameter ${name} is empty`, hint: 'give a value or leave it out' }
  }
  if (text === '') return undefined
  try {
    values[name] = known[name]!.read(text, surroundings)
    return undefined
  } catch (fault) {
    if (!(fault instanceof ArchiveError)) throw fault
    const detail = `parameter ${name} is ${JSON.stringify(shorten(text))}: ${fault.message}`
    return { ...fault.details[0], pointer, detail }
  }
}

function shorten(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}
