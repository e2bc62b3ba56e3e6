import { encodeCursor } from '../../../lib/read/cursor.ts'
import { createReader } from '../../../lib/read/reader.ts'
import { fingerprintOf } from '../../../lib/read/scope.ts'
import { makePlace } from '../../support/workplace.ts'
import { mutateBytes } from '../mutate/mutate-bytes.ts'
import { mutateJson } from '../mutate/mutate-json.ts'
import { makeSampleArchive } from '../sample-archive.ts'
import { sampleMicros } from '../samples.ts'
import { attemptedLater, insist, type Target } from '../target.ts'

/** Cursors and event ids as a client may send them: of nothing, of elsewhere, made up. */
export const target: Target = {
  prepare: async () => {
    const { store } = await makeSampleArchive()
    const reader = createReader({ ...makePlace(), store })
    const position = { timeMicros: sampleMicros, stream: 'app', hash: '0123456789ABC', ordinal: 0 }
    return dice => {
      const order = dice.pick(['asc', 'desc'] as const)
      const whole = encodeCursor(position, fingerprintOf({}, order))
      const content: unknown = JSON.parse(Buffer.from(whole, 'base64url').toString())
      const mutated = dice.chance(0.5)
        ? mutateBytes(Buffer.from(whole), dice).toString('latin1')
        : Buffer.from(JSON.stringify(mutateJson(content, dice))).toString('base64url')
      return attemptedLater(['invalid', 'missing'], async () => {
        if (dice.chance(0.1)) {
          await reader.context({ id: mutated, before: 1, after: 1 })
          return
        }
        let count = 0
        for await (const hit of reader.search({ order, limit: 5, cursor: mutated })) {
          void hit
          count++
        }
        insist(count <= 5, () => `${count} events`)
      })
    }
  },
}
