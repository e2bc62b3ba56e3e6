import type { Template } from 'aws-cdk-lib/assertions'

/**
 * The function that the gateway calls for this request: part by part the resource of that name,
 * else the greedy one beside it, without going back. Undefined: there is no door.
 */
export function doorOf(template: Template, method: string, path: string): string | undefined {
  const resources = Object.entries(template.findResources('AWS::ApiGateway::Resource'))
  const childOf = (parent: string | undefined, part: string) =>
    resources.find(
      ([, { Properties }]) => Properties.PathPart === part && Properties.ParentId.Ref === parent,
    )?.[0]
  let resource: string | undefined
  for (const part of path.slice(1).split('/')) {
    const next = childOf(resource, part)
    const greedy = next ?? childOf(resource, '{proxy+}')
    if (!greedy) return undefined
    resource = greedy
    if (!next) break
  }
  const methods = Object.values(template.findResources('AWS::ApiGateway::Method'))
  const found = methods.find(
    ({ Properties }) => Properties.HttpMethod === method && Properties.ResourceId.Ref === resource,
  )
  const uri = JSON.stringify(found?.Properties.Integration.Uri)
  return /Archive(\w+?)Function/.exec(uri)?.[1]
}
