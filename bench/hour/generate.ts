/** `generate.ts BYTES`: writes the lines of the mixture to its output and, last, what it took. */
import { once } from 'node:events'
import { mixtureBlocks } from './mixture.ts'
import { report } from './report.ts'

let rawBytes = 0
let eventCount = 0
for (const block of mixtureBlocks(Number(process.argv[2]))) {
  rawBytes += block.rawBytes
  eventCount += block.eventCount
  if (!process.stdout.write(block.lines)) await once(process.stdout, 'drain')
}
report({ rawBytes, eventCount })
