import type { ArchiveEvent } from './answers.ts'
import { ArchiveClientError, errorOfProblem, parsedAnswer } from './client-error.ts'
import { linesOf } from './event-stream.ts'

/**
 * The events of a stream of server-sent events, until its time is over. Throws what the server says
 * went wrong, and when the connection breaks off.
 */
export async function* followEvents(response: Response): AsyncGenerator<ArchiveEvent> {
  let kind = ''
  for await (const line of linesOf(response.body!)) {
    if (line === '') kind = ''
    else if (line.startsWith('event: ')) kind = line.slice('event: '.length)
    else if (line.startsWith('data: ')) {
      const data = parsedAnswer(line.slice('data: '.length))
      if (kind === '') yield data
      else if (kind === 'problem') throw errorOfProblem(data)
      else if (kind === 'end') return
    }
  }
  throw new ArchiveClientError('the connection broke off', { code: 'unavailable' })
}
