import { parseTime } from '../core/time.ts'
import { knownPrefixes } from '../store/keys.ts'
import { isObject, type JsonObject, streamOf, textOf } from './envelope.ts'

/** An object that S3 says was created. */
export interface LandedObject {
  readonly bucket: string
  readonly key: string
  readonly timeMicros: number | undefined
}

/** What S3 sends by itself, or by way of SQS or SNS; its test event included. */
export function isS3Notification(document: JsonObject): boolean {
  if (document.Event === 's3:TestEvent') return document.Service === 'Amazon S3'
  const { Records: records } = document
  return Array.isArray(records) && records.length > 0 && records.every(isS3Record)
}

export function isS3Record(record: unknown): record is JsonObject {
  return isObject(record) && record.eventSource === 'aws:s3' && isObject(record.s3)
}

export function objectsOfNotification(document: JsonObject): LandedObject[] {
  const records = (document.Records ?? []) as readonly JsonObject[]
  return records.flatMap(objectsOfRecord)
}

/** None when it tells of something else than a new object with content. */
export function objectsOfRecord({ eventName, eventTime, s3 }: JsonObject): LandedObject[] {
  if (!textOf(eventName)?.startsWith('ObjectCreated:')) return []
  return landed(s3, eventTime, decodedKey)
}

/** What S3 sends by way of EventBridge. */
export function isObjectCreated(event: JsonObject): boolean {
  return event.source === 'aws.s3' && event['detail-type'] === 'Object Created'
}

export function objectsOfEvent({ detail, time }: JsonObject): LandedObject[] {
  return landed(detail, time, key => key)
}

/** Objects of the archive itself: importing them would make new ones for ever. */
export function isOwnObject(storeUrl: string, { bucket, key }: LandedObject): boolean {
  const place = `s3://${bucket}/${key}`
  const home = `${storeUrl}/`
  if (!place.startsWith(home)) return false
  return knownPrefixes.some(prefix => place.slice(home.length).startsWith(prefix))
}

/**
 * The folders of its key, less those that are dates (`2026/11/20/12`, `day=20`), so that what lands
 * day by day is one stream; else the name of its S3 bucket.
 */
export function streamOfObject({ bucket, key }: LandedObject): string {
  const folders = key.slice(0, Math.max(0, key.lastIndexOf('/')))
  const undated = `/${folders}/`
    .replace(/\/(?:19|20)\d\d\/\d\d(?:\/\d\d){0,3}(?=\/)/, '')
    .replace(/\/(?:year|month|day|hour|date|dt)=[^/]*(?=\/)/gi, '')
  return streamOf(undated, streamOf(bucket, 's3'))
}

function landed(place: unknown, time: unknown, keyOf: (text: string) => string): LandedObject[] {
  if (!isObject(place) || !isObject(place.bucket) || !isObject(place.object)) return []
  const bucket = textOf(place.bucket.name)
  const key = textOf(place.object.key)
  if (!bucket || !key || place.object.size === 0) return []
  return [{ bucket, key: keyOf(key), timeMicros: parseTime(textOf(time) ?? '') }]
}

/** As forms encode: `+` is a blank. */
function decodedKey(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
