import { SingleBar } from 'cli-progress'
import type { ImportProgress } from '../import/import-file.ts'
import { showCount, showMillis } from './render/figures.ts'
import { cutTo, plainText } from './render/plain-text.ts'

const nameWidthMax = 30

/** A bar with rate and remaining time on a terminal, wiped out when the file is done. */
export class ProgressBar {
  readonly #bar: SingleBar
  #isStarted = false

  constructor(stream: NodeJS.WriteStream, name: string) {
    const title = cutTo(plainText(name), nameWidthMax).replaceAll(/[{}]/g, '')
    this.#bar = new SingleBar({
      stream,
      format: `${title} {bar} {percentage}% · {events} events · {rate}/s · {remaining} left`,
      barCompleteChar: '█',
      barIncompleteChar: '░',
      barsize: 20,
      hideCursor: true,
      clearOnComplete: true,
      // The command says itself what an interruption means.
      gracefulExit: false,
    })
  }

  show(progress: ImportProgress): void {
    const { bytesDone, bytesTotal, events, eventsPerSecond } = progress
    const told = {
      events: showCount(events),
      rate: showCount(Math.round(eventsPerSecond)),
      remaining: showRemaining(progress),
    }
    if (this.#isStarted) this.#bar.update(bytesDone, told)
    else this.#bar.start(bytesTotal, bytesDone, told)
    this.#isStarted = true
  }

  end(): void {
    if (this.#isStarted) this.#bar.stop()
  }
}

/** How long the rest of the bytes takes if they go as those before. */
export function showRemaining(progress: ImportProgress): string {
  const { bytesDone, bytesTotal, events, eventsPerSecond } = progress
  if (bytesDone === 0 || events === 0 || eventsPerSecond === 0) return '?'
  const elapsedMillis = (events / eventsPerSecond) * 1000
  return showMillis((elapsedMillis * (bytesTotal - bytesDone)) / bytesDone)
}
