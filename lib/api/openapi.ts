import type { Route } from './route.ts'
import { componentSchemas } from './schemas.ts'

/** The API's description (OpenAPI 3.1), made from the routes that serve it. */
export function openApiDocument(routes: readonly Route[]) {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of routes) {
    paths[route.path] ??= {}
    paths[route.path]![route.method.toLowerCase()] = operation(route)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Varve',
      version: '1',
      description: 'A serverless event archive on object storage',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
    components: { schemas: componentSchemas },
  }
}

function operation(route: Route) {
  return {
    operationId: route.operation,
    summary: route.summary,
    parameters: [
      ...describe('path', route.pathParameters ?? {}, true),
      ...describe('header', route.headerParameters ?? {}, false),
      ...(route.parametersInBody ? [] : queryParameters(route)),
    ],
    ...requestBody(route),
    responses: {
      200: { description: 'The answer', content: content(route.answer) },
      default: {
        description: 'A problem (RFC 9457)',
        content: content({ 'application/problem+json': { $ref: '#/components/schemas/Problem' } }),
      },
    },
  }
}

function describe(place: string, texts: Readonly<Record<string, string>>, required: boolean) {
  return Object.entries(texts).map(([name, description]) => ({
    name,
    in: place,
    required,
    description,
    schema: { type: 'string' },
  }))
}

function queryParameters(route: Route) {
  return Object.entries(route.queryParameters).map(([name, parameter]) => ({
    name,
    in: 'query',
    required: parameter.required ?? false,
    description: parameter.description,
    schema: parameter.schema,
  }))
}

function requestBody(route: Route) {
  if (route.parametersInBody) {
    const members = Object.entries(route.queryParameters).map(
      ([name, { description, schema }]) => [name, { description, ...schema }] as const,
    )
    const schema = {
      type: 'object',
      properties: Object.fromEntries(members),
      additionalProperties: false,
    }
    return { requestBody: { content: content({ 'application/json': schema }) } }
  }
  return route.body && { requestBody: { required: true, content: content(route.body) } }
}

function content(schemas: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(Object.entries(schemas).map(([type, schema]) => [type, { schema }]))
}
