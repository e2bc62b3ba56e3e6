import { styleText } from 'node:util'

type Style = 'bold' | 'cyan' | 'dim' | 'green' | 'red' | 'yellow'

export type Paint = (style: Style, text: string) => string

export const unpainted: Paint = (_style, text) => text

/** Colours where the stream is a terminal; NO_COLOR and FORCE_COLOR are respected. */
export function paintFor(stream: NodeJS.WriteStream): Paint {
  return (style, text) => styleText(style, text, { stream })
}
