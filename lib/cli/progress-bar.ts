import { SingleBar } from 'cli-progress'
import type { ImportProgress } from '../import/import-file.ts'
import { showCount } from './render/figures.ts'
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
      format: `${title} {bar} {percentage}% · {events} events · {rate}/s · {eta_formatted} left`,
      barCompleteChar: '█',
      barIncompleteChar: '░',
      barsize: 20,
      hideCursor: true,
      clearOnComplete: true,
      // The command says itself what an interruption means.
      gracefulExit: false,
    })
  }

  show({ bytesDone, bytesTotal, events, eventsPerSecond }: ImportProgress): void {
    const told = { events: showCount(events), rate: showCount(Math.round(eventsPerSecond)) }
    if (this.#isStarted) this.#bar.update(bytesDone, told)
    else this.#bar.start(bytesTotal, bytesDone, told)
    this.#isStarted = true
  }

  end(): void {
    if (this.#isStarted) this.#bar.stop()
  }
}
