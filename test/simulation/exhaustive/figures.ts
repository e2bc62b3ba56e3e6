import { type Figure, share } from '../figures.ts'
import { crashEverywhere, doubtEverywhere, pairsEverywhere } from './faults-everywhere.ts'
import { interleave } from './interleave.ts'
import { procedures } from './procedures.ts'
import { scopes } from './scopes.ts'
import { objectKinds, smallArchive, spoilEverywhere } from './spoil-everywhere.ts'

interface Tally {
  readonly count: number
  readonly wrong: readonly string[]
}

/** Does everything exhaustive; the lines of the table that come of it. */
export async function exhaustiveFigures(): Promise<Figure[]> {
  const figures: Figure[] = []
  const add = (name: string, { count, wrong }: Tally): void => {
    for (const fault of wrong.slice(0, 5)) console.error(`${name}: ${fault}`)
    figures.push(share(name, Math.max(0, count - wrong.length), count))
  }
  for (const procedure of procedures) {
    add(`crash everywhere: ${procedure.name}`, await crashEverywhere(procedure))
    const doubt = await doubtEverywhere(procedure)
    if (doubt.count > 0) add(`lost response everywhere: ${procedure.name}`, doubt)
    if (procedure.isShort)
      add(`pairs of faults: ${procedure.name}`, await pairsEverywhere(procedure))
  }
  for (const scope of scopes) {
    const { histories, broken } = await interleave(scope)
    add(`interleavings: ${scope.name}`, { count: histories, wrong: broken })
  }
  const archive = await smallArchive()
  for (const kind of Object.keys(objectKinds))
    add(`every bit and length: ${kind}`, await spoilEverywhere(archive, kind))
  return figures
}
