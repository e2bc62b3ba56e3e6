import { ArchiveError } from './errors.ts'
import { parseSize, parseSpan, sizeForm, spanForm, spellSize, spellSpan } from './measures.ts'
import { logPolicy, type Policy, timelinePolicy } from './policy.ts'

/** A policy as people write it and as it is shown. Absent members are those of the layout. */
export interface PolicyForm {
  readonly pattern: string
  /** What the others begin with: `log` or `timeline`; `log` if absent. */
  readonly layout?: string
  readonly bucketSize?: string
  readonly frameSize?: string
  readonly period?: string
  /** A span, or `forever`, which is also meant when it is absent. */
  readonly retention?: string | null
  /** Whether buckets heal themselves; not if absent. */
  readonly parity?: boolean
}

export const layouts: Readonly<Record<string, Policy>> = {
  log: logPolicy,
  timeline: timelinePolicy,
}
const forEver = 'forever'
const members = ['pattern', 'layout', 'bucketSize', 'frameSize', 'period', 'retention', 'parity']

export function formOfPolicy(policy: Policy): Required<Omit<PolicyForm, 'layout'>> {
  const { pattern, bucketSizeBytes, frameSizeBytes, periodMicros, retentionMicros } = policy
  const { parity = false } = policy
  return {
    pattern,
    bucketSize: spellSize(bucketSizeBytes),
    frameSize: spellSize(frameSizeBytes),
    period: spellSpan(periodMicros),
    retention: retentionMicros === undefined ? null : spellSpan(retentionMicros),
    parity,
  }
}

/**
 * The policy that is meant. What the form leaves out is as in `base`, or in the layout when one is
 * named. Throws `invalid` for what is no form of a policy.
 */
export function policyOfForm(form: unknown, base: Policy = logPolicy): Policy {
  if (typeof form !== 'object' || form === null || Array.isArray(form)) {
    throw invalid(`${JSON.stringify(form)} is no policy, expected an object with a pattern`)
  }
  const given = form as Partial<PolicyForm>
  const { pattern, layout } = given
  if (typeof pattern !== 'string') throw invalid('a policy needs the pattern of its streams')
  const stranger = Object.keys(given).find(name => !members.includes(name))
  if (stranger) {
    throw invalid(`policy ${pattern}: ${stranger} is not known, expected ${members.join(', ')}`)
  }
  const start = layout === undefined ? base : layoutNamed(String(layout))
  if (!start) throw invalid(`policy ${pattern}: layout is ${layout}, expected log or timeline`)
  const { retentionMicros: _, ...sizes } = start
  const retentionMicros = retentionOf(given, base.retentionMicros)
  const { parity = base.parity ?? false } = given
  if (typeof parity !== 'boolean') {
    throw invalid(`policy ${pattern}: parity is ${JSON.stringify(parity)}, expected true or false`)
  }
  return {
    pattern,
    bucketSizeBytes: read(given, 'bucketSize', parseSize, sizeForm) ?? sizes.bucketSizeBytes,
    frameSizeBytes: read(given, 'frameSize', parseSize, sizeForm) ?? sizes.frameSizeBytes,
    periodMicros: read(given, 'period', parseSpan, spanForm) ?? sizes.periodMicros,
    ...(retentionMicros !== undefined && { retentionMicros }),
    ...(parity && { parity }),
  }
}

function layoutNamed(name: string): Policy | undefined {
  return Object.hasOwn(layouts, name) ? layouts[name] : undefined
}

function retentionOf(given: Partial<PolicyForm>, base: number | undefined): number | undefined {
  const { retention } = given
  if (retention === null || retention === forEver) return undefined
  return read(given, 'retention', parseSpan, `${spanForm}, or ${forEver}`) ?? base
}

function read(
  given: Partial<PolicyForm>,
  name: keyof PolicyForm,
  parse: (text: string) => number | undefined,
  expected: string,
): number | undefined {
  const value = given[name]
  if (value === undefined) return undefined
  const parsed = typeof value === 'string' ? parse(value) : undefined
  if (parsed !== undefined) return parsed
  const shown = JSON.stringify(value)
  throw invalid(`policy ${given.pattern}: ${name} is ${shown}, expected ${expected}`)
}

function invalid(message: string): ArchiveError {
  return new ArchiveError('invalid', message)
}
