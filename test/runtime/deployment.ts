import { fileURLToPath } from 'node:url'
import type { Template } from 'aws-cdk-lib/assertions'
import { bundle, bundles, store } from '../../scripts/bundle.ts'
import { doorOf } from '../infra/doors.ts'
import { templateWith } from '../infra/template.ts'
import type { FunctionPlan } from './environment.ts'
import { LambdaFunction } from './lambda-function.ts'
import { startRestApi } from './rest-api.ts'

/** An archive's stack on this machine, with the functions and doors that its template has. */
export interface Deployment {
  readonly url: string
  /** By its name in the construct, e.g. `Append`. */
  functionOf(name: string): LambdaFunction
  close(): void
}

/** Folders under `dist/lambda`, where they are not called like the function. */
const folders: Readonly<Record<string, string>> = { Admin: 'query' }

/** Makes the bundles as `npm run build` does, and the template as `cdk synth` does. */
export async function synthesise(): Promise<Template> {
  await Promise.all(bundles.lambda.map(async plan => store(await bundle(plan))))
  return templateWith()
}

/** `variables` stand in for what the template refers to: the store of the archive. */
export async function deploy(
  template: Template,
  variables: Readonly<Record<string, string>>,
): Promise<Deployment> {
  const functions = new Map<string, LambdaFunction>()
  const functionOf = (name: string) => {
    const known = functions.get(name)
    if (known) return known
    const made = new LambdaFunction(planOf(template, name, variables))
    functions.set(name, made)
    return made
  }
  const api = await startRestApi((method, path) => {
    const name = doorOf(template, method, path)
    return name === undefined ? undefined : functionOf(name)
  })
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
  name: string,
  variables: Readonly<Record<string, string>>,
): FunctionPlan {
  const functions = Object.entries(template.findResources('AWS::Lambda::Function'))
  const [, found] = functions.find(([id]) => id.startsWith(`Archive${name}Function`)) ?? []
  if (!found) throw new Error(`the template has no function ${name}`)
  const { Handler, MemorySize, Timeout } = found.Properties
  const folder = folders[name] ?? name.toLowerCase()
  return {
    name,
    taskRoot: fileURLToPath(new URL(`../../dist/lambda/${folder}`, import.meta.url)),
    handler: Handler,
    memoryMegabytes: MemorySize,
    timeoutMillis: Timeout * 1000,
    variables,
  }
}
