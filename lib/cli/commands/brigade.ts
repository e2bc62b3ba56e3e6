import type { Command } from 'commander'
import type { BrigadeReport } from '../../archive.ts'
import { showCounted } from '../render/figures.ts'
import { run } from '../run.ts'
import type { Session } from '../session.ts'

export function addBrigade(program: Command): void {
  program
    .command('brigade')
    .description('tidy up: fold the tail, compact, sweep; any number may run at once')
    .option('--once', 'until nothing is left to do, then end')
    .action(({ once }: { readonly once?: boolean }, self: Command) =>
      run(self, async session => {
        const archive = await session.openArchive('read')
        if (once) {
          const done = await archive.brigadeOnce(session.signal)
          await show(session, done)
          return done.damaged.length > 0 ? 2 : 0
        }
        session.note('varve: brigade at work; Ctrl-C ends it after the current step')
        const reported: Promise<void>[] = []
        await archive.brigade(session.signal, done => reported.push(show(session, done)))
        await Promise.all(reported)
        return 0
      }),
    )
}

async function show(session: Session, done: BrigadeReport): Promise<void> {
  for (const object of done.damaged) {
    session.warn(`varve: damaged: ${object} cannot be read and is left as it is`)
  }
  for (const reason of done.unprunedReasons) {
    session.warn(`varve: not pruned: ${reason}; see varve prune --dry-run`)
  }
  const line = session.isHuman ? describeReport(done) : JSON.stringify(done)
  await session.output.write(line, '\n')
}

/** What a member did, in one line. */
export function describeReport(done: BrigadeReport): string {
  const parts = [
    done.foldedBatches > 0 &&
      `folded ${showCounted(done.foldedEvents, 'event')} of ` +
        showCounted(done.foldedBatches, 'batch', 'batches'),
    done.compactedRuns > 0 && `compacted ${showCounted(done.compactedRuns, 'run')}`,
    done.recutRuns > 0 && `cut ${showCounted(done.recutRuns, 'run')} anew`,
    done.prunedPolicies.length > 0 && `pruned ${done.prunedPolicies.join(', ')}`,
    done.rolledUpParts > 0 && `rolled up ${showCounted(done.rolledUpParts, 'part')}`,
    done.rewrittenParts > 0 && `rewrote ${showCounted(done.rewrittenParts, 'part')}`,
    done.sweptObjects > 0 && `swept ${showCounted(done.sweptObjects, 'object')}`,
    done.collectedObjects > 0 && `collected ${showCounted(done.collectedObjects, 'orphan')}`,
    done.erased.length > 0 && `erased ${showCounted(done.erased.length, 'selection')} for good`,
  ].filter(part => part !== false)
  return parts.length === 0 ? 'nothing to do' : parts.join(', ')
}
