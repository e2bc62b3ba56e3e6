import { joinSections, readDescription } from '../../../lib/index/index-object.ts'
import { readAll, testOwner } from '../../index/support/make-index.ts'
import { mutateBytes } from '../mutate/mutate-bytes.ts'
import { sampleIndexes } from '../sample-indexes.ts'
import { attempted, insist, type Target } from '../target.ts'

/** Damaged term indexes of every detail: none of them may say anything else. */
export const target: Target = {
  prepare: () => {
    const indexes = sampleIndexes().map(({ bytes, shape }) => {
      const object = joinSections([bytes], { terms: shape }, testOwner)
      return { shape, object, said: JSON.stringify(readAll({ bytes: object, shape })) }
    })
    const objects = indexes.map(({ object }) => object)
    return dice => {
      const { shape, object, said } = dice.pick(indexes)
      const bytes = mutateBytes(object, dice, objects)
      return attempted(['corrupt'], () => {
        const found = JSON.stringify(readAll({ bytes, shape }))
        readDescription(bytes, testOwner)
        insist(found === said, () => 'a damaged index says something else')
      })
    }
  },
}
