/**
 * Erases single events that were acknowledged, until it is killed: `node test/soak/eraser.ts STORE
 * LOGS ERASURES`. One that was killed asks again for what it does not know of.
 */
import { appendFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { makeBatchId } from '../../lib/core/batch-id.ts'
import { systemClock } from '../../lib/core/clock.ts'
import { ArchiveError } from '../../lib/core/errors.ts'
import { fraction, systemRandom } from '../../lib/core/random.ts'
import { type ErasureEntry, readErasures } from './erasures.ts'
import { giveUpWhenUnavailable } from './give-up.ts'
import { eventMicros, eventsPerBatch, readLog } from './log.ts'
import { openSoaked } from './open.ts'

const [url = '', logs = '', log = ''] = process.argv.slice(2)
giveUpWhenUnavailable()
const archive = await openSoaked(url)
const entries = readErasures(log)
const done = new Set(entries.filter(each => each.what === 'erased').map(each => each.erasureId))
for (const entry of entries) if (!done.has(entry.erasureId)) await erase(entry)
for (;;) {
  const entry = chosen()
  if (entry) {
    note(entry)
    await erase(entry)
  }
  await systemClock.sleep(500)
}

/** Any event of any acknowledged batch. */
function chosen(): ErasureEntry | undefined {
  const writer = pick(readdirSync(logs))
  const batch = writer && pick(readLog(join(logs, writer)).filter(each => each.what === 'acked'))
  if (!writer || !batch) return undefined
  const number = batch.first + Math.floor(fraction(systemRandom) * eventsPerBatch)
  return { what: 'erasing', erasureId: makeBatchId(systemClock, systemRandom), writer, number }
}

function pick<T>(items: readonly T[]): T | undefined {
  return items[Math.floor(fraction(systemRandom) * items.length)]
}

async function erase(entry: ErasureEntry): Promise<void> {
  const { erasureId, writer, number } = entry
  const startMicros = eventMicros(number)
  const selection = { stream: `soak/${writer}`, startMicros, endMicros: startMicros + 1 }
  for (;;) {
    try {
      await archive.erase({ erasureId, selection })
      return note({ ...entry, what: 'erased' })
    } catch (error) {
      // Too many at once: the brigade has to finish some first.
      if (!(error instanceof ArchiveError) || error.code !== 'unavailable') throw error
      await systemClock.sleep(1_000)
    }
  }
}

function note(entry: ErasureEntry): void {
  appendFileSync(log, `${JSON.stringify(entry)}\n`)
}
