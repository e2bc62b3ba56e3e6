import { timeText } from './arrivals.ts'
import { addressOf, type Chance, scatter } from './chance.ts'
import { generatedCorpus } from './generated-corpus.ts'
import { zipf } from './zipf.ts'

const services = ['checkout', 'inventory', 'mailer', 'ledger', 'gateway', 'profile', 'pricing']
const levels = [...Array(70).fill('INFO'), ...Array(24).fill('DEBUG'), 'WARN', 'WARN', 'WARN']
const causes = [
  'java.net.SocketTimeoutException: Read timed out',
  'org.postgresql.util.PSQLException: ERROR: deadlock detected',
  'java.lang.IllegalStateException: connection pool shut down',
  'io.grpc.StatusRuntimeException: UNAVAILABLE: upstream connect error',
]

/** What a service says, by level; `{}` is put in by chance. */
const sayings: readonly ((chance: Chance) => string)[] = [
  chance => `Accepted connection from ${addressOf(chance.below(5_000))}:${chance.below(65536)}`,
  chance => `Processed order ${1e9 + chance.below(1e8)} in ${chance.below(900)} ms`,
  chance => `Cache miss for key product:${chance.below(80_000)}`,
  chance => `Sent mail to user${chance.below(40_000)}@example.org`,
  chance => `Committed offset ${chance.below(1e7)} for partition orders-${chance.below(48)}`,
  chance => `Reloaded configuration version ${chance.below(300)}`,
  chance => `Heartbeat from node-${chance.below(60)} with lag ${chance.below(50)}`,
  chance => `Flushed ${chance.below(5_000)} rows to table ledger_${chance.below(24)}`,
]

/** W3: what services print: few templates, many lines, a stack trace now and then. */
export const appLog = generatedCorpus(
  {
    name: 'app',
    title: 'application logs of services, with stack traces',
    rareFields: ['trace'],
    commonFields: ['level', 'logger', 'thread', 'pod'],
    queries: [
      'level:ERROR',
      'deadlock detected',
      'level:WARN ledger',
      'SocketTimeoutException',
      '"connection pool shut down" checkout',
      'product:4711',
      `${addressOf(77)}`,
      'user17@example.org',
      'logger:com.example.pricing.*',
      'Heartbeat node-7',
    ],
  },
  (chance, nextMicros) => {
    const service = zipf(chance, services.length, 0.8)
    const saying = zipf(chance, sayings.length, 0.9)
    return () => {
      const name = services[service()]!
      const pod = `${name}-${scatter(chance.below(6)).toString(36).slice(0, 5)}`
      const isError = chance.next() < 0.004
      const message = isError ? stackTrace(chance, name) : sayings[saying()]!(chance)
      const trace = chance.next() < 0.3 ? `,"trace":"${chance.hex(32)}"` : ''
      return (
        `{"@time":"${timeText(nextMicros())}","@stream":"app/${name}/${pod}","level":"` +
        `${isError ? 'ERROR' : chance.pick(levels)}","logger":"com.example.${name}.Worker"` +
        `,"thread":"pool-1-thread-${chance.below(16)}","pod":"${pod}"${trace},"message":"` +
        `${message}"}`
      )
    }
  },
)

function stackTrace(chance: Chance, service: string): string {
  let text = chance.pick(causes)
  for (let depth = 0; depth < 12; depth++) {
    text += `\\n\\tat com.example.${service}.Step${(depth * 7) % 10}.run(Step.java:${20 + depth * 13})`
  }
  return text
}
