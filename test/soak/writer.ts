/**
 * Appends until it is killed: `node test/soak/writer.ts STORE LOG NAME`. What it is about to send
 * and what was acknowledged goes to its log; a restarted writer sends again what it does not know
 * of.
 */
import { appendFileSync } from 'node:fs'
import { makeBatchId } from '../../lib/core/batch-id.ts'
import { systemClock } from '../../lib/core/clock.ts'
import { systemRandom } from '../../lib/core/random.ts'
import { giveUpWhenUnavailable } from './give-up.ts'
import { type Entry, eventMicros, eventNames, eventsPerBatch, readLog } from './log.ts'
import { openSoaked } from './open.ts'

const [url = '', log = '', writer = ''] = process.argv.slice(2)
giveUpWhenUnavailable()
const archive = await openSoaked(url)
const entries = readLog(log)
const acked = new Set(entries.filter(entry => entry.what === 'acked').map(entry => entry.key))
const unknown = entries.filter(entry => entry.what === 'sent' && !acked.has(entry.key))
let next = Math.max(0, ...entries.map(entry => entry.first + eventsPerBatch))

for (const entry of unknown) await send(entry)
for (;;) {
  const entry: Entry = { what: 'sent', key: makeBatchId(systemClock, systemRandom), first: next }
  next += eventsPerBatch
  note(entry)
  await send(entry)
  await systemClock.sleep(30)
}

async function send(entry: Entry): Promise<void> {
  const lines = Buffer.from(eventNames(writer, entry).map(line).join(''))
  await archive.append({ lines, stream: `soak/${writer}`, key: entry.key })
  // Some events arrive again in another batch, known by their own id.
  const again = lines.subarray(lines.lastIndexOf('\n', -2) + 1)
  await archive.append({ lines: again, stream: `soak/${writer}` })
  note({ ...entry, what: 'acked' })
}

/** Every event the same whenever it is sent; the last of a batch has an id. */
function line(name: string, position: number): string {
  const time = eventMicros(Number(name.split('-')[1]))
  const id = position === eventsPerBatch - 1 ? { '@id': name } : {}
  return `${JSON.stringify({ '@time': time, ...id, name })}\n`
}

function note(entry: Entry): void {
  appendFileSync(log, `${JSON.stringify(entry)}\n`)
}
