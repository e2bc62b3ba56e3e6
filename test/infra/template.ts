import { App, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { EventArchive } from '../../lib/infra/event-archive.ts'
import type { EventArchiveProps } from '../../lib/infra/event-archive-props.ts'

/** A template with one archive in it, and what else `add` puts beside. */
export function templateWith(
  props: EventArchiveProps | ((stack: Stack) => EventArchiveProps) = {},
  add: (archive: EventArchive, stack: Stack) => void = () => {},
): Template {
  const stack = new Stack(new App(), 'Test', { env: { region: 'eu-central-1' } })
  const given = typeof props === 'function' ? props(stack) : props
  add(new EventArchive(stack, 'Archive', given), stack)
  return Template.fromStack(stack)
}

export interface Statement {
  readonly Sid?: string
  readonly Effect: string
  readonly Action: string | readonly string[]
  readonly Resource?: unknown
  readonly NotResource?: unknown
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** All of S3, as somebody who is generous allows it. */
export const anything: Statement = { Effect: 'Allow', Action: 's3:*', Resource: '*' }

/** What the roles whose logical id begins so may do. */
export function statementsOf(template: Template, rolePrefix: string): Statement[] {
  return Object.values(template.findResources('AWS::IAM::Policy')).flatMap(policy =>
    policy.Properties.Roles.some((role: { Ref: string }) => role.Ref.startsWith(rolePrefix))
      ? policy.Properties.PolicyDocument.Statement
      : [],
  )
}

/** What the policy of the S3 bucket itself says to everybody. */
export function guardsOf(template: Template): Statement[] {
  const policies = Object.values(template.findResources('AWS::S3::BucketPolicy'))
  return policies.flatMap(policy => policy.Properties.PolicyDocument.Statement)
}

/** Facts about a request that conditions look at, e.g. `s3:prefix`. */
export type Facts = Readonly<Record<string, string>>

/** What every request of ours is, unless a test says otherwise. */
const usual: Facts = {
  'aws:SecureTransport': 'true',
  's3:TlsVersion': '1.3',
  's3:ObjectCreationOperation': 'true',
}

/**
 * Whether the statements allow an S3 action on a key of the archive's S3 bucket, or on all of it:
 * one allows it and none denies it.
 */
export function allows(
  statements: readonly Statement[],
  action: string,
  key: string | undefined,
  facts: Facts = {},
): boolean {
  const effects = statements
    .filter(
      statement =>
        [statement.Action].flat().some(pattern => matches(pattern, action)) &&
        isAbout(statement, key ?? '') &&
        conditionsHold(statement, { ...usual, ...facts }),
    )
    .map(statement => statement.Effect)
  return effects.includes('Allow') && !effects.includes('Deny')
}

function isAbout({ Resource, NotResource }: Statement, key: string): boolean {
  const among = (resources: unknown) =>
    [resources].flat().some(resource => matches(keyPattern(resource), key))
  return NotResource === undefined ? among(Resource) : !among(NotResource)
}

/**
 * `''` for the S3 bucket itself, a pattern of keys for objects, and nothing for other resources.
 */
function keyPattern(resource: unknown): string {
  const text = JSON.stringify(resource)
  if (text === '"*"') return '*'
  if (!text.includes('ArchiveBucket')) return '\0'
  return /"\/([^"]*)"/.exec(text)?.[1] ?? ''
}

function conditionsHold({ Condition }: Statement, facts: Facts): boolean {
  return Object.entries(Condition ?? {}).every(([operator, tests]) =>
    Object.entries(tests).every(([name, value]) => holds(operator, facts[name], String(value))),
  )
}

function holds(operator: string, fact: string | undefined, value: string): boolean {
  switch (operator) {
    case 'Null':
      return (fact === undefined) === (value === 'true')
    case 'Bool':
      return fact === value
    case 'NumericLessThan':
      return fact !== undefined && Number(fact) < Number(value)
    case 'StringLikeIfExists':
      return fact === undefined || matches(value, fact)
    case 'StringLike':
      return fact !== undefined && matches(value, fact)
    default:
      throw new Error(`a condition has the operator ${operator}, which the tests do not know`)
  }
}

function matches(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map(part => part.replaceAll(/[.\\+?^$|(){}[\]]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 's').test(text)
}
