/**
 * Text from a log, safe on a terminal: control characters and those that turn the direction of
 * writing are shown as escapes, so that an event can neither move the cursor nor pose as another.
 */
export function plainText(text: string): string {
  return unsafe.test(text) ? text.replace(unsafeAll, escaped) : text
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unsafe = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/
const unsafeAll = new RegExp(unsafe.source, 'g')

function escaped(character: string): string {
  if (character === '\n') return '\\n'
  if (character === '\r') return '\\r'
  if (character === '\t') return ' '
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** At most `width` characters; what is left out is marked by an ellipsis. */
export function cutTo(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`
}
