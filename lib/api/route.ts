import type { Front } from '../archive.ts'
import type { Clock } from '../core/clock.ts'
import type { Settings } from '../core/settings.ts'
import type { Parameters, Values } from './parameters.ts'

/** What a handler works with, besides the values of its parameters. */
export interface Call<P extends Parameters = Parameters> {
  readonly archive: Front
  readonly settings: Settings
  readonly clock: Clock
  readonly query: Values<P>
  /** Decoded variable parts of the path, e.g. `stream`. */
  readonly path: Readonly<Record<string, string>>
  readonly request: Request
  /** How the streams begin that the request may append to; undefined: any. */
  readonly streams: readonly string[] | undefined
}

/** One address of the API: what serves it and what describes it are the same object. */
export interface Route<P extends Parameters = Parameters> {
  readonly method: 'GET' | 'POST'
  /** As in OpenAPI; a part in braces may contain slashes, unless it is `{id}`. */
  readonly path: string
  /** Name of the operation, unique. */
  readonly operation: string
  readonly summary: string
  readonly pathParameters?: Readonly<Record<string, string>>
  readonly headerParameters?: Readonly<Record<string, string>>
  readonly queryParameters: P
  /** Media types of the body and their schemas. */
  readonly body?: Readonly<Record<string, unknown>>
  /** The same parameters as members of a JSON body instead of a query string. */
  readonly parametersInBody?: boolean
  /** Media types of the 200 answer and their schemas. */
  readonly answer: Readonly<Record<string, unknown>>
  readonly handle: (call: Call<P>) => Promise<Response>
}

/**
 * Checks the handler against its own parameters, then forgets them so that routes fit one table.
 */
export function route<P extends Parameters>(definition: Route<P>): Route {
  return definition as unknown as Route
}

/** The path in the router's notation. */
export function routerPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name) => (name === 'id' ? ':id' : `:${name}{.+}`))
}

/** Whether a path belongs to the route, whatever the method. */
export function matchesPath(route: Route, path: string): boolean {
  const parts = route.path.split(/\{\w+\}/).map(part => part.replaceAll('.', '\\.'))
  return new RegExp(`^${parts.join('.+')}$`).test(path)
}
