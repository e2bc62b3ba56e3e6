import { readdirSync, readFileSync } from 'node:fs'
import { defaultSettings } from '../../../lib/core/settings.ts'
import { formats } from '../../../lib/import/formats.ts'
import { readAll } from '../../import/read-all.ts'
import { mutateBytes } from '../mutate/mutate-bytes.ts'
import { mutateText } from '../mutate/mutate-text.ts'
import { attemptedLater, insist, type Target } from '../target.ts'

const golden = new URL('../../golden/import/', import.meta.url)
const tokens = [
  ...['"', '\\', '[', ']', '{', '}', '=', ' ', ',', ';', '\t', '\n', '\r\n', '<34>1 ', ':', '-'],
  ...['2016-12-19 16:31:46', 'Jan 26 00:00:05 ', '[17/May/2015:10:05:03 +0000]', '{"Records":['],
]
const settings = { ...defaultSettings, eventBytesMax: 4000, importBatchBytes: 20_000 }
const sampleBytesMax = 2000

/** Files of every format, torn and joined, as themselves and taken for another. */
export const target: Target = {
  prepare: () => {
    const samples = readdirSync(golden)
      .filter(name => !name.endsWith('.expected'))
      .map(name => readFileSync(new URL(name, golden)).subarray(0, sampleBytesMax))
    return dice => {
      const sample = dice.pick(samples)
      const file = dice.chance(0.5)
        ? mutateBytes(sample, dice, samples)
        : Buffer.from(mutateText(sample.toString(), dice, tokens))
      const at = dice.below(file.length + 1)
      const format = dice.chance(0.5) ? { format: dice.pick(formats).name } : {}
      return attemptedLater(['invalid'], async () => {
        const chunks = [file.subarray(0, at), file.subarray(at)]
        const { events, rejected, faults } = await readAll('f', chunks, format, settings)
        for (const event of events) JSON.parse(event)
        const isFilled = file.some(byte => byte > 0x20)
        const isTold = events.length + rejected + faults.length > 0
        insist(
          isTold || !isFilled || format.format === 'csv' || isHeadAlone(file),
          () =>
            `lost silently: ${JSON.stringify(format)} ${JSON.stringify(file.toString('latin1'))}`,
        )
      })
    }
  },
}

/** Names of columns without a row, which quotes may spread, an empty array: nothing to tell. */
function isHeadAlone(file: Buffer): boolean {
  const text = file.toString('latin1').trim()
  return /^[^\n]*$/.test(text) || /^[\s[\]{}:,"\w]*$/.test(text)
}
