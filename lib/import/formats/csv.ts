import { parseLeadingTime } from '../../core/log-time.ts'
import { parseTime } from '../../core/time.ts'
import {
  type Content,
  type Format,
  type FormatContext,
  type Found,
  jsonTimeFields,
} from '../format.ts'
import { cutOff, rejectedLine } from '../line-format.ts'
import { isBlank, sampleLines } from '../lines.ts'
import { decodeText, type Fields, numberOrText, rawEvent, textEvent } from '../text-event.ts'
import { type CsvRecord, CsvRecordSplitter, splitCsvFields } from './csv-records.ts'

/**
 * RFC 4180 with a header row; separated by comma, semicolon or tab, whichever the header has
 * most.
 */
export const csv: Format = {
  name: 'csv',
  summary: 'comma-, semicolon- or tab-separated values with a header row',
  timeFields: ['@time'],
  idFields: ['@id'],
  score: scoreOf,
  events: eventsOf,
}

const columnName = /^[\p{L}_@][\p{L}\p{M}\p{N}_ .:@#/()%-]*$/u

/**
 * A header of two or more distinct names, of which the first (of row numbers) or the last (behind a
 * separator at the end) may be empty, and half of the records or more with as many values.
 */
function scoreOf(sample: Buffer): number {
  const records = recordsOfSample(sample)
  const header = records[0]
  if (!header || records.length < 2) return 0
  const separator = separatorOf(header)
  const names = fieldsOfRecord(header, separator) ?? []
  const isInside = (at: number) => at > 0 && at < names.length - 1
  const isName = (name: string, at: number) => (name === '' ? !isInside(at) : columnName.test(name))
  if (names.filter(name => name !== '').length < 2 || !names.every(isName)) return 0
  if (new Set(names).size < names.length) return 0
  const rows = records.slice(1)
  const fitting = rows.filter(
    row => splitCsvFields(row.toString('latin1'), separator)?.length === names.length,
  )
  return fitting.length * 2 >= rows.length ? 0.92 : 0
}

function recordsOfSample(sample: Buffer): Buffer[] {
  const splitter = new CsvRecordSplitter(sample.length)
  const records = [...splitter.push(sample), ...splitter.end()]
  return records.filter(record => !record.fault && !isBlank(record.bytes)).map(each => each.bytes)
}

function separatorOf(header: Buffer): string {
  const text = header.toString('latin1')
  const counts = [',', ';', '\t'].map(separator => text.split(separator).length)
  return [',', ';', '\t'][counts.indexOf(Math.max(...counts))]!
}

async function* eventsOf(content: Content, context: FormatContext): AsyncGenerator<Found[]> {
  const splitter = new CsvRecordSplitter(context.eventBytesMax)
  const separator = separatorOf(sampleLines(content.sample)[0] ?? Buffer.alloc(0))
  let names: readonly string[] | undefined
  const take = (record: CsvRecord): Found[] => {
    const { number, tooLongBytes } = record
    if (tooLongBytes !== undefined)
      return [rejectedLine(number, tooLongBytes, context.eventBytesMax)]
    if (isBlank(record.bytes)) return []
    if (!names && !record.fault) {
      names = fieldsOfRecord(record.bytes, separator)
      return []
    }
    return [recordEvent(record, names ?? [], separator)]
  }
  for await (const chunk of content.chunks) yield splitter.push(chunk).flatMap(take)
  const rest = splitter.end()
  if (!content.damaged()) yield rest.flatMap(take)
  else if (rest[0]) yield [cutOff(rest[0].number)]
}

function recordEvent(record: CsvRecord, names: readonly string[], separator: string): Found {
  if (record.fault) return rawEvent(record.bytes, record.number, record.fault)
  const values = fieldsOfRecord(record.bytes, separator)
  if (values?.length !== names.length) {
    const count = values ? `${values.length} values` : 'a quote in the wrong place'
    const error = `this record has ${count}, the header has ${names.length} names`
    return rawEvent(record.bytes, record.number, error)
  }
  const fields: Record<string, unknown> = Object.create(null)
  names.forEach((name, position) => {
    const value = values[position]!
    if (value !== '') fields[name] = numberOrText(value)
  })
  const timeMicros = timeOf(fields)
  delete fields['@time']
  return textEvent(decodeText(record.bytes), record.number, { timeMicros, fields })
}

/**
 * Separators and quotes are ASCII, so the bytes are split as Latin-1 and each value decoded
 * alone.
 */
function fieldsOfRecord(bytes: Buffer, separator: string): string[] | undefined {
  const values = splitCsvFields(bytes.toString('latin1'), separator)
  return values?.map(value => decodeText(Buffer.from(value, 'latin1')).text)
}

function timeOf(fields: Fields): number | undefined {
  for (const wanted of jsonTimeFields) {
    for (const name in fields) {
      if (name.toLowerCase() !== wanted.toLowerCase()) continue
      const text = String(fields[name])
      const micros = parseTime(text) ?? parseLeadingTime(text)?.micros
      if (micros !== undefined) return micros
    }
  }
  return undefined
}
