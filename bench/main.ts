/**
 * `npm run bench [-- --json] [--only I1,Z1] [--scale S|M]`: one table with the target and the peers
 * beside each figure, on the real files beside the repository or the one shipped with it.
 */
import { parseArgs } from 'node:util'
import { loadCorpora } from './corpus.ts'
import { asJson, asTable, type Figure } from './figure.ts'
import { measureIngest } from './ingest.ts'
import { measureMemory } from './memory.ts'
import { measureScan } from './scan.ts'
import { measureSize } from './size.ts'
import { measureTimeline } from './timeline.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    scale: { type: 'string', default: 'S' },
  },
})
const scales: Readonly<Record<string, number>> = { S: 64 * 2 ** 20, M: 2 ** 30 }
const wantedBytes = scales[values.scale]
if (wantedBytes === undefined) throw new Error(`scale is ${values.scale}, expected S or M`)
const only = values.only?.split(',')

const corpora = await loadCorpora()
const measures: readonly (readonly [ids: readonly string[], run: () => Promise<Figure[]>])[] = [
  [['I1', 'I2'], () => measureIngest(corpora, wantedBytes)],
  [['Z1', 'Z2'], () => measureSize(corpora)],
  [['M1'], () => measureMemory(corpora)],
  [['T1'], () => measureTimeline(corpora)],
  [['Q1'], () => measureScan(corpora, wantedBytes)],
]
const figures: Figure[] = []
for (const [ids, run] of measures) {
  if (only && !ids.some(id => only.includes(id))) continue
  const wanted = (await run()).filter(figure => !only || only.includes(figure.id))
  figures.push(...wanted)
  if (values.json) for (const figure of wanted) console.log(asJson(figure))
}
if (!values.json) console.log(asTable(figures))
