import { cutTo, plainText } from './plain-text.ts'

/** JSON text of a value as a person reads it: on one line, cut, strings unquoted. */
export function valueText(json: string, widthMax = 60): string {
  const value: unknown = JSON.parse(json)
  return cutTo(plainText(typeof value === 'string' ? value : json), widthMax)
}
