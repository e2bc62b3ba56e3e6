import { encodeNumber } from '../core/base32.ts'
import { formatTime } from '../core/time.ts'
import { parseString } from '../query/leaf-walk.ts'
import type { Found } from './holding.ts'
import type { Hit } from './question.ts'

/** An event as it is shown outside. */
export function hitOf({ event, ordinal }: Found): Hit {
  const { timeMicros, stream, line, restStart, idEnd } = event
  const head = `{"@time":"${formatTime(timeMicros)}","@stream":"${stream}"`
  if (idEnd > 0) {
    const id = parseString(line, restStart + ',"@id":'.length, idEnd)
    return { timeMicros, stream, id, line: behind(head, line, restStart) }
  }
  const number = ordinal > 0 ? `-${ordinal}` : ''
  const id = encodeNumber(timeMicros, 11) + event.hash + number
  return { timeMicros, stream, id, line: behind(`${head},"@id":"${id}"`, line, restStart) }
}

/** The head, of ASCII characters, and the line from `start` on. */
function behind(head: string, line: Buffer, start: number): Buffer {
  const shown = Buffer.allocUnsafe(head.length + line.length - start)
  shown.write(head, 'latin1')
  line.copy(shown, head.length, start)
  return shown
}
