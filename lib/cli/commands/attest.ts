import type { Command } from 'commander'
import { formatTime } from '../../core/time.ts'
import type { Attestation } from '../../operate/attest.ts'
import { showCounted } from '../render/figures.ts'
import { showPairs } from '../render/table.ts'
import { timesIn } from '../render/zoned-time.ts'
import { run } from '../run.ts'

export function addAttest(program: Command): void {
  program
    .command('attest')
    .description('fold what waits and print the hash that stands for every event until now')
    .action((_options: object, self: Command) =>
      run(self, async session => {
        const archive = await session.openArchive('read')
        const attested = await archive.attest(session.signal)
        await session.output.write(session.isHuman ? showAttested(attested) : asLine(attested))
        session.note('varve: keep the hash where who may change the archive cannot')
        for (const batch of attested.unfolded) {
          session.warn(`varve: batch ${batch} cannot be folded: the hash does not stand for it`)
        }
        return attested.unfolded.length > 0 ? 2 : 0
      }),
    )
}

function asLine({ micros, ...attested }: Attestation): string {
  return `${JSON.stringify({ ...attested, time: formatTime(micros) })}\n`
}

function showAttested({ hash, micros, events, entries, generation }: Attestation): string {
  const chain = `${showCounted(entries, 'entry', 'entries')}, generation ${generation}`
  return showPairs([
    ['hash', hash],
    ['time', timesIn()(micros)],
    ['events', showCounted(events, 'event')],
    ['chain', chain],
  ])
}
