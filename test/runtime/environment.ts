import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type Outcome, RuntimeApi } from './runtime-api.ts'
import { clientArguments } from './runtime-client.ts'

/** A function as it is deployed. */
export interface FunctionPlan {
  readonly name: string
  /** Folder of the bundle. */
  readonly taskRoot: string
  readonly handler: string
  readonly memoryMegabytes: number
  readonly timeoutMillis: number
  readonly variables: Readonly<Record<string, string>>
}

/**
 * A process that runs one function under the runtime client, one call at a time, as Lambda does:
 * frozen between calls, killed when a call takes too long.
 */
export class Environment {
  static async start(plan: FunctionPlan): Promise<Environment> {
    const startedMillis = performance.now()
    const environment = new Environment(plan, await RuntimeApi.listen())
    await environment.#api.idle()
    environment.initMillis = performance.now() - startedMillis
    return environment
  }

  /** From the start of the process until it asked for its first call. */
  initMillis = 0
  /** What the function logged. */
  log = ''
  readonly #plan: FunctionPlan
  readonly #api: RuntimeApi
  readonly #process: ChildProcess

  private constructor(plan: FunctionPlan, api: RuntimeApi) {
    this.#plan = plan
    this.#api = api
    this.#process = spawn(process.execPath, clientArguments, { env: variablesOf(plan, api) })
    this.#process.stdout!.on('data', text => (this.log += text))
    this.#process.stderr!.on('data', text => (this.log += text))
    this.#process.once('exit', (code, signal) => {
      api.ended('Runtime.ExitError', `${plan.name} ended with ${code ?? signal}: ${this.log}`)
    })
    api.onIdle = () => this.#process.kill('SIGSTOP')
    running.add(this.#process)
  }

  async call(event: unknown): Promise<Outcome> {
    const { name: functionName, timeoutMillis } = this.#plan
    const deadlineMillis = Date.now() + timeoutMillis
    const late = setTimeout(() => this.stop(), timeoutMillis)
    this.#process.kill('SIGCONT')
    const outcome = await this.#api.call({ id: randomUUID(), event, functionName, deadlineMillis })
    const over = () => clearTimeout(late)
    this.idle().then(over, over)
    return outcome
  }

  /** Settles when it is ready for a call; rejects when its process has ended. */
  idle(): Promise<void> {
    return this.#api.idle()
  }

  /** Most memory that the process ever had, where the system tells (Linux). */
  memoryBytesMax(): number | undefined {
    const [, kibibytes] = /VmHWM:\s+(\d+) kB/.exec(statusOf(this.#process.pid!)) ?? []
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024
  }

  stop(): void {
    this.#process.kill('SIGKILL')
    running.delete(this.#process)
    this.#api.close()
  }
}

// A frozen process would outlive a test that ends early.
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const each of running) each.kill('SIGKILL')
})

function statusOf(processId: number): string {
  try {
    return readFileSync(`/proc/${processId}/status`, 'utf8')
  } catch {
    return ''
  }
}

/** What Lambda puts into the environment of a process. */
function variablesOf(plan: FunctionPlan, api: RuntimeApi) {
  return {
    PATH: process.env.PATH,
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
    NODE_OPTIONS: `--max-old-space-size=${Math.floor(plan.memoryMegabytes * 0.9)}`,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'ASIAEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 'token',
    AWS_LAMBDA_RUNTIME_API: api.address,
    AWS_LAMBDA_FUNCTION_NAME: plan.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(plan.memoryMegabytes),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_FORMAT: 'JSON',
    AWS_LAMBDA_LOG_LEVEL: 'WARN',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${plan.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: '2026/11/20/[$LATEST]8f507cfcb07aac58fc914c95',
    LAMBDA_TASK_ROOT: plan.taskRoot,
    _HANDLER: plan.handler,
    ...plan.variables,
  }
}
