/** Varve itself, asked as the others are: `ask PLACE QUESTION` in a process of its own. */
import { openArchive } from '../../lib/archive.ts'

const [, placeText, questionText] = process.argv.slice(2)
const { addresses, span } = JSON.parse(questionText!)
const start = performance.now()
const archive = await openArchive({ store: `file:${JSON.parse(placeText!).archive}` })
const hits = archive.search({
  query: `ip:(${addresses.join(' OR ')})`,
  ...(span && {
    startMicros: Date.parse(span.start) * 1000,
    endMicros: Date.parse(span.end) * 1000,
  }),
})
let found = 0
for await (const _ of hits) found++
const seconds = (performance.now() - start) / 1000
const { receipt } = hits.end()
const requests = receipt.requests.get + receipt.requests.list
console.log(JSON.stringify({ found, seconds, readBytes: receipt.bytesRead, requests }))
