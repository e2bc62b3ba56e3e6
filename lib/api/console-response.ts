import { createHash } from 'node:crypto'

/** The three files of the console, as they were built. */
export interface ConsoleFiles {
  readonly page: string
  readonly script: string
  readonly style: string
}

/** Where the files are. They tell nothing of the archive and are for everybody. */
export const consolePaths: readonly string[] = ['/', '/console.js', '/console.css']

/** What the page has to know of the place it is served from, and what is known of it already. */
export interface ConsolePlace {
  /**
   * How the archive knows who asks: by a key or token that the page sends along, or by signatures
   * (IAM), which no page makes. Absent: it asks nobody.
   */
  readonly auth?: 'bearer' | 'iam'
  /** Path of the page with a slash at its end. Absent: as the browser has it. */
  readonly home?: string
  /** `If-None-Match` of the request. */
  readonly knownTags?: string | undefined
}

/** The file of one of the paths; 304 where the browser has it. */
export function consoleResponse(
  files: ConsoleFiles,
  path: string,
  place: ConsolePlace = {},
): Response {
  const [text, contentType] = path.endsWith('.js')
    ? [files.script, 'text/javascript']
    : path.endsWith('.css')
      ? [files.style, 'text/css']
      : [placed(files.page, place), 'text/html']
  const tag = `"${createHash('sha256').update(text).digest('base64url')}"`
  const isKnown = place.knownTags?.includes(tag) ?? false
  return new Response(isKnown ? null : text, {
    status: isKnown ? 304 : 200,
    headers: {
      'Content-Type': `${contentType}; charset=utf-8`,
      // Asked for each time, sent only when it is another one.
      'Cache-Control': 'no-cache',
      ETag: tag,
      'Content-Security-Policy': contentSecurityPolicy,
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'X-Content-Type-Options': 'nosniff',
    },
  })
}

/** Behind a stage the address may lack its last slash, and relative ones would miss the stage. */
function placed(page: string, { auth, home }: ConsolePlace): string {
  const base = home === undefined ? '' : `\n<base href="${home.replaceAll('"', '%22')}">`
  const meta = auth === undefined ? '' : `\n<meta name="varve-auth" content="${auth}">`
  return page.replace('<head>', () => `<head>${base}${meta}`)
}

// Everything comes from here, and nothing written in an event can become a program.
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')
