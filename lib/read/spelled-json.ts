import { parseString } from '../query/leaf-walk.ts'

/** The same text for equal strings, however they were escaped. */
export function spelledJson(json: string): string {
  if (!json.includes('\\')) return json
  const bytes = Buffer.from(json)
  return JSON.stringify(parseString(bytes, 0, bytes.length))
}
