/** What a stored JSON value must be; the fault begins with the way to it: `/runs/0/id is …`. */
export type Shape = (value: unknown) => string | undefined

/** A whole number from `min` to `max`. */
export function wholeNumber(min = 0, max = Number.MAX_SAFE_INTEGER): Shape {
  return value => {
    if (Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max) {
      return undefined
    }
    return ` is ${shown(value)}, expected a whole number from ${min} to ${max}`
  }
}

export const count = wholeNumber()

/** A time that a clock may have told in parts of a microsecond, or the end of the last period. */
export const amount: Shape = value =>
  Number.isFinite(value) && (value as number) >= 0
    ? undefined
    : ` is ${shown(value)}, expected a number from 0 on`

export const text: Shape = value =>
  typeof value === 'string' ? undefined : ` is ${shown(value)}, expected a text`

export function textLike(pattern: RegExp): Shape {
  return value => {
    if (typeof value === 'string' && pattern.test(value)) return undefined
    return ` is ${shown(value)}, expected a text like ${pattern.source}`
  }
}

export function oneOf(...values: readonly unknown[]): Shape {
  return value =>
    values.includes(value) ? undefined : ` is ${shown(value)}, expected one of ${shown(values)}`
}

/** A member that may be missing. */
export function optional(shape: Shape): Shape {
  return value => (value === undefined ? undefined : shape(value))
}

export function listOf(item: Shape, lengthMax = Number.MAX_SAFE_INTEGER): Shape {
  return value => {
    if (!Array.isArray(value)) return ` is ${shown(value)}, expected a list`
    if (value.length > lengthMax) return ` has ${value.length} items, expected at most ${lengthMax}`
    for (let i = 0; i < value.length; i++) {
      const fault = item(value[i])
      if (fault !== undefined) return `/${i}${fault}`
    }
    return undefined
  }
}

/**
 * An object with these members and any others; `whole` then looks at what they say together.
 */
export function recordOf<T>(
  members: { readonly [Name in keyof T]: Shape },
  whole: (value: T) => string | undefined = () => undefined,
): Shape {
  const shapes = Object.entries(members) as [string, Shape][]
  return value => {
    if (typeof value !== 'object' || value === null) {
      return ` is ${shown(value)}, expected an object`
    }
    for (const [name, shape] of shapes) {
      const fault = shape((value as Record<string, unknown>)[name])
      if (fault !== undefined) return `/${name}${fault}`
    }
    return whole(value as T)
  }
}

function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? 'missing'
  return json.length > 100 ? `${json.slice(0, 100)}…` : json
}
