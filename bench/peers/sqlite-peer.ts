/** SQLite with FTS5: the lines in a table by time, their words in an index without content. */
import { mkdirSync, readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

const [verb, placeText, questionText] = process.argv.slice(2)
const place = JSON.parse(placeText!)
const folder = join(place.folder, 'sqlite')
mkdirSync(folder, { recursive: true })
const database = new DatabaseSync(join(folder, 'events.db'))

if (verb === 'load') await load()
else ask(JSON.parse(questionText!))

async function load(): Promise<void> {
  database.exec(`PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
    CREATE TABLE events (id INTEGER PRIMARY KEY, time TEXT, line TEXT);
    CREATE VIRTUAL TABLE words USING fts5 (line, content = '', detail = 'full');
    BEGIN`)
  const insertEvent = database.prepare('INSERT INTO events VALUES (?, ?, ?)')
  const insertWords = database.prepare('INSERT INTO words (rowid, line) VALUES (?, ?)')
  let id = 0
  for await (const line of (await open(place.raw)).readLines()) {
    insertEvent.run(++id, line.slice(10, 37), line)
    insertWords.run(id, line)
  }
  database.exec(`INSERT INTO words (words) VALUES ('optimize'); COMMIT;
    CREATE INDEX by_time ON events (time)`)
}

function ask({ addresses, span }: { addresses: string[]; span?: { start: string; end: string } }) {
  const before = readBytes()
  const start = performance.now()
  const words = addresses.map(address => `"${address}"`).join(' OR ')
  const within = span ? 'AND events.time >= ? AND events.time < ?' : ''
  const question = database.prepare(
    `SELECT events.line FROM words JOIN events ON id = words.rowid WHERE words MATCH ? ${within}`,
  )
  const found = question.all(words, ...(span ? [span.start, span.end] : [])).length
  const seconds = (performance.now() - start) / 1000
  console.log(JSON.stringify({ found, seconds, readBytes: readBytes() - before }))
}

function readBytes(): number {
  return Number(/rchar: (\d+)/.exec(readFileSync('/proc/self/io', 'utf8'))![1])
}
