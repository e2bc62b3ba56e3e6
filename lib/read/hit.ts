import { encodeNumber } from '../core/base32.ts'
import { formatTime } from '../core/time.ts'
import type { Found } from './holding.ts'
import type { Hit } from './question.ts'

/** An event as it is shown outside. */
export function hitOf({ event, ordinal }: Found): Hit {
  const { timeMicros, stream, line, restStart, idEnd } = event
  const head = `{"@time":"${formatTime(timeMicros)}","@stream":"${stream}"`
  if (idEnd > 0) {
    const id = JSON.parse(line.toString('utf8', restStart + ',"@id":'.length, idEnd)) as string
    return {
      timeMicros,
      stream,
      id,
      line: Buffer.concat([Buffer.from(head), rest(line, restStart)]),
    }
  }
  const number = ordinal > 0 ? `-${ordinal}` : ''
  const id = encodeNumber(timeMicros, 11) + event.hash + number
  const shown = Buffer.from(`${head},"@id":"${id}"`)
  return { timeMicros, stream, id, line: Buffer.concat([shown, rest(line, restStart)]) }
}

function rest(line: Buffer, start: number): Buffer {
  return line.subarray(start)
}
