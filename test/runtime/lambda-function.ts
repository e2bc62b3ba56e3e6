import { Environment, type FunctionPlan } from './environment.ts'
import type { Outcome } from './runtime-api.ts'

/** A function that starts a process whenever all it has are busy, as Lambda does. */
export class LambdaFunction {
  readonly environments: Environment[] = []
  readonly #plan: FunctionPlan
  readonly #idle: Environment[] = []

  constructor(plan: FunctionPlan) {
    this.#plan = plan
  }

  async call(event: unknown): Promise<Outcome> {
    const environment = this.#idle.pop() ?? (await this.#start())
    const outcome = await environment.call(event)
    environment.idle().then(
      () => this.#idle.push(environment),
      () => environment.stop(),
    )
    return outcome
  }

  /** The result of a call that must succeed, as JSON tells it. */
  async result(event: unknown): Promise<unknown> {
    const outcome = await this.call(event)
    if (outcome.kind === 'answer') return JSON.parse(outcome.json)
    throw new Error(outcome.kind === 'failed' ? `${outcome.type}: ${outcome.message}` : 'streams')
  }

  stop(): void {
    for (const environment of this.environments) environment.stop()
  }

  async #start(): Promise<Environment> {
    const environment = await Environment.start(this.#plan)
    this.environments.push(environment)
    return environment
  }
}
