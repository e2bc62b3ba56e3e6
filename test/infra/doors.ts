import type { Template } from 'aws-cdk-lib/assertions'

/** A method of a resource, as the template has it. */
export interface Door {
  readonly AuthorizationType: string
  readonly Integration: { readonly Uri: unknown }
  readonly RequestParameters?: Readonly<Record<string, boolean>>
  readonly RequestValidatorId?: unknown
}

/**
 * The method that the gateway has for this request: part by part of the path the resource of that
 * name, else the greedy one beside it, without going back. Undefined: there is no door.
 */
export function doorAt(template: Template, method: string, path: string): Door | undefined {
  const resources = Object.entries(template.findResources('AWS::ApiGateway::Resource'))
  const childOf = (parent: string | undefined, part: string) =>
    resources.find(
      ([, { Properties }]) => Properties.PathPart === part && Properties.ParentId.Ref === parent,
    )?.[0]
  let resource: string | undefined
  for (const part of path === '/' ? [] : path.slice(1).split('/')) {
    const next = childOf(resource, part)
    const greedy = next ?? childOf(resource, '{proxy+}')
    if (!greedy) return undefined
    resource = greedy
    if (!next) break
  }
  const methods = Object.values(template.findResources('AWS::ApiGateway::Method'))
  return methods.find(
    ({ Properties }) => Properties.HttpMethod === method && Properties.ResourceId.Ref === resource,
  )?.Properties
}

/** The function that the gateway calls for this request, by its name in the construct. */
export function doorOf(template: Template, method: string, path: string): string | undefined {
  const uri = JSON.stringify(doorAt(template, method, path)?.Integration.Uri)
  return /Archive(\w+?)Function/.exec(uri)?.[1]
}

/** Parameters of a query string without which the gateway answers itself. */
export function demandedBy(door: Door): readonly string[] {
  if (!door.RequestValidatorId) return []
  return Object.entries(door.RequestParameters ?? {}).flatMap(([name, isDemanded]) =>
    isDemanded ? name.replace('method.request.querystring.', '') : [],
  )
}

/** All methods of the API but those of the console's files, which are for everybody. */
export function methodsButThePage(template: Template) {
  const methods = Object.values(template.findResources('AWS::ApiGateway::Method'))
  return methods
    .map(({ Properties }) => Properties)
    .filter(({ Integration }) => !JSON.stringify(Integration.Uri).includes('DoorsPageConsole'))
}
