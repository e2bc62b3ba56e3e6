/** `ask.ts FOLDER NEEDLE…`: questions of a fresh reader, each with its receipt. */
import { openArchive } from '../../lib/archive.ts'
import type { AnswerEnd } from '../../lib/read/question.ts'
import { report } from './report.ts'

const [folder, ...needles] = process.argv.slice(2)
const answers: Record<string, unknown>[] = []

for (const needle of needles) await search(`a request id`, { query: `requestId:${needle}` })
await search('two common terms, newest 100', { query: 'status:404 method:POST', limit: 100 })
await search('latest 50 of a stream', { stream: 'api/orders', limit: 50 })
const archive = await openArchive({ store: `file:${folder}` })
const errors = await archive.count({ query: 'level:ERROR' })
told('count of a level', errors.count, errors)
const minutes = await archive.histogram({ query: 'status:503', interval: 'minute' })
told('a status by minute', minutes.count, minutes)
const all = await archive.count({})
told('count of everything', all.count, all)
report({ answers, eventCount: all.count })

async function search(name: string, question: { query?: string; stream?: string; limit?: number }) {
  const hits = (await openArchive({ store: `file:${folder}` })).search(question)
  let found = 0
  for await (const _ of hits) found++
  told(name, found, hits.end())
}

function told(name: string, found: number, { receipt, warnings }: AnswerEnd): void {
  const { requests, rounds, bytesRead, millis } = receipt
  answers.push({ name, found, requests: requests.get + requests.list, rounds, bytesRead, millis })
  if (warnings.length > 0) answers.push({ warnings })
}
