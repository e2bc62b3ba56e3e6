import { PageReader } from '../../lib/index/page-reader.ts'
import { firstTerm } from '../../lib/index/term-page.ts'
import { Chance } from '../corpora/chance.ts'
import type { Figure } from '../figure.ts'
import { type Period, periods } from '../years/periods.ts'
import { TermPages } from '../years/term-pages.ts'

/** Pages looked at of one index, and ids that are nowhere looked up in each of them. */
const pagesLooked = 6
const missesAPage = 400
const bitsMax: Readonly<Record<Period['name'], number | undefined>> = {
  month: 29,
  hour: 23,
  day: undefined,
}

/**
 * Z3 and F1: what an id costs that no other event has, and how many frames of seven years are read
 * in vain for one that is nowhere, from pages of one index of each width.
 */
export async function measureIds(): Promise<Figure[]> {
  const bits: Figure[] = []
  let falseCandidates = 0
  for (const [name, alike] of Map.groupBy(periods, period => period.name)) {
    const pages = new TermPages({ period: alike[0]!, seed: 9, ownerOf: () => '', planted: [] })
    const looked = look(pages)
    falseCandidates += alike.length * looked.falseAMiss
    const target = bitsMax[name]
    bits.push({
      id: 'Z3',
      figure: `bits of a unique id, ${name}`,
      value: looked.bitsAnId,
      unit: 'bits',
      ...(target !== undefined && { target }),
      peers: {
        'index of 1 TB a day': `${(pages.sizeBytes / 1e9 / (alike[0]!.hours / 24)).toFixed(1)} GB`,
        'pages of': `${(pages.shape.pageBytes / 1000).toFixed(1)} kB`,
      },
    })
  }
  const figure = 'false candidate frames of a 7-year miss'
  const peers = { '1 % bloom an hour': 613 }
  return [...bits, { id: 'F1', figure, value: falseCandidates, unit: 'frames', target: 0.5, peers }]
}

function look(pages: TermPages): { readonly bitsAnId: number; readonly falseAMiss: number } {
  const chance = new Chance(17)
  let [bits, count, found] = [0, 0, 0]
  for (let i = 0; i < pagesLooked; i++) {
    const number = chance.below(2 ** pages.shape.pageBits)
    const rare = pages.rareBits(number)
    bits += rare.bits
    count += rare.count
    const reader = new PageReader(pages.page(number), number, pages.shape)
    const start = firstTerm(number, pages.shape.pageBits)
    const span = firstTerm(number + 1, pages.shape.pageBits) - start
    for (let miss = 0; miss < missesAPage; miss++) {
      found += reader.rare(start + Math.floor(chance.next() * span)).length
    }
  }
  return { bitsAnId: bits / count, falseAMiss: found / (pagesLooked * missesAPage) }
}
