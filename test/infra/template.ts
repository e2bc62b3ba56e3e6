import { App, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { EventArchive, type EventArchiveProps } from '../../lib/infra/event-archive.ts'

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
  readonly Effect: string
  readonly Action: string | readonly string[]
  readonly Resource: unknown
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** What the roles whose logical id begins so may do. */
export function statementsOf(template: Template, rolePrefix: string): Statement[] {
  return Object.values(template.findResources('AWS::IAM::Policy')).flatMap(policy =>
    policy.Properties.Roles.some((role: { Ref: string }) => role.Ref.startsWith(rolePrefix))
      ? policy.Properties.PolicyDocument.Statement
      : [],
  )
}

/** Facts about a request that conditions look at, e.g. `s3:prefix`. */
export type Facts = Readonly<Record<string, string>>

/**
 * Whether the statements allow an S3 action on a key of the archive's S3 bucket, or on all of it.
 */
export function allows(
  statements: readonly Statement[],
  action: string,
  key: string | undefined,
  facts: Facts = {},
): boolean {
  return statements.some(
    statement =>
      statement.Effect === 'Allow' &&
      [statement.Action].flat().some(pattern => matches(pattern, action)) &&
      [statement.Resource].flat().some(resource => matches(keyPattern(resource), key ?? '')) &&
      conditionsHold(statement, facts),
  )
}

/**
 * `''` for the S3 bucket itself, a pattern of keys for objects, and nothing for other resources.
 */
function keyPattern(resource: unknown): string {
  const text = JSON.stringify(resource)
  if (!text.includes('ArchiveBucket')) return '\0'
  return /"\/([^"]*)"/.exec(text)?.[1] ?? ''
}

function conditionsHold({ Condition }: Statement, facts: Facts): boolean {
  return Object.entries(Condition ?? {}).every(([operator, tests]) =>
    Object.entries(tests).every(([name, value]) => {
      const fact = facts[name]
      if (operator === 'Null') return (fact === undefined) === (value === 'true')
      if (operator === 'StringLikeIfExists' && fact === undefined) return true
      return operator.startsWith('StringLike') && fact !== undefined && matches(value, fact)
    }),
  )
}

function matches(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map(part => part.replaceAll(/[.\\+?^$|(){}[\]]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 's').test(text)
}
