import { join } from 'node:path'
import { App, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { EventArchive } from '../../lib/infra/event-archive.ts'
import type { EventArchiveProps } from '../../lib/infra/event-archive-props.ts'
import { bundle, bundles, store } from '../../scripts/bundle.ts'
import { demandedBy, doorAt, doorOf } from '../infra/doors.ts'
import type { FunctionPlan } from './environment.ts'
import { gatewayAnswers } from './gateway-answers.ts'
import { LambdaFunction } from './lambda-function.ts'
import { startRestApi } from './rest-api.ts'

/** A stack as `cdk synth` writes it: the template, and the folder of its assets. */
export interface Synthesised {
  readonly template: Template
  readonly folder: string
}

/** An archive's stack on this machine, with the functions and doors that its template has. */
export interface Deployment {
  readonly url: string
  /** By its name in the construct, e.g. `Append`. */
  functionOf(name: string): LambdaFunction
  close(): void
}

/** Makes the bundles as `npm run build` does, and the template as `cdk synth` does. */
export async function synthesise(props: EventArchiveProps = {}): Promise<Synthesised> {
  await Promise.all(bundles.lambda.map(async plan => store(await bundle(plan))))
  const app = new App()
  const stack = new Stack(app, 'Test', { env: { region: 'eu-central-1' } })
  new EventArchive(stack, 'Archive', props)
  return { template: Template.fromStack(stack), folder: app.synth().directory }
}

/** `variables` stand in for what the template refers to: the store of the archive. */
export async function deploy(
  { template, folder }: Synthesised,
  variables: Readonly<Record<string, string>>,
): Promise<Deployment> {
  const functions = new Map<string, LambdaFunction>()
  const functionOf = (name: string) => {
    const known = functions.get(name)
    if (known) return known
    const made = new LambdaFunction(planOf(template, folder, name, variables))
    functions.set(name, made)
    return made
  }
  const api = await startRestApi((method, path) => {
    const name = doorOf(template, method, path)
    if (name === undefined) return undefined
    const door = doorAt(template, method, path)!
    const isGuarded = door.AuthorizationType === 'CUSTOM'
    const authorizer = isGuarded ? functionOf('DoorsDoorkeeperAuthorize') : undefined
    return { function: functionOf(name), authorizer, demanded: demandedBy(door) }
  }, gatewayAnswers(template))
  return {
    ...{ url: api.url, functionOf },
    close() {
      api.close()
      for (const each of functions.values()) each.stop()
    },
  }
}

function planOf(
  template: Template,
  folder: string,
  name: string,
  variables: Readonly<Record<string, string>>,
): FunctionPlan {
  const functions = Object.entries(template.findResources('AWS::Lambda::Function'))
  const [, found] = functions.find(([id]) => id.startsWith(`Archive${name}Function`)) ?? []
  if (!found) throw new Error(`the template has no function ${name}`)
  const { Handler, MemorySize, Timeout, Code, Environment } = found.Properties
  const given = Object.entries(Environment?.Variables ?? {}).filter(
    (each): each is [string, string] => typeof each[1] === 'string',
  )
  return {
    name,
    taskRoot: join(folder, `asset.${Code.S3Key.replace('.zip', '')}`),
    handler: Handler,
    memoryMegabytes: MemorySize,
    timeoutMillis: Timeout * 1000,
    variables: { ...Object.fromEntries(given), ...variables },
  }
}
