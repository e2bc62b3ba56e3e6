import { type Settings, settingsWith } from '../../lib/core/settings.ts'
import type { Fleet } from '../../lib/read/fleet.ts'
import type { Hit } from '../../lib/read/question.ts'
import { createReader, type Reader } from '../../lib/read/reader.ts'
import type { Store } from '../../lib/store/store.ts'

const clock = { nowMicros: () => 0, sleep: async () => undefined }

export function readerOf(store: Store, settings: Partial<Settings> = {}, fleet?: Fleet): Reader {
  return createReader({ store, clock, settings: settingsWith(settings), fleet })
}

export async function linesOf(answer: AsyncIterable<Hit>): Promise<string[]> {
  const lines: string[] = []
  for await (const hit of answer) lines.push(hit.line.toString())
  return lines
}
