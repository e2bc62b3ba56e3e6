/** The three files of the console, as they are sent. */
export interface ConsoleFiles {
  readonly page: string
  readonly script: string
  readonly style: string
}

/** The file of this path: `/`, `/console.js` or `/console.css`. */
export function consoleResponse(files: ConsoleFiles, path: string): Response {
  const [text, contentType] = path.endsWith('.js')
    ? [files.script, 'text/javascript']
    : path.endsWith('.css')
      ? [files.style, 'text/css']
      : [files.page, 'text/html']
  return new Response(text, {
    headers: {
      'Content-Type': `${contentType}; charset=utf-8`,
      'Cache-Control': 'no-cache',
      'Content-Security-Policy': contentSecurityPolicy,
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Opener-Policy': 'same-origin',
    },
  })
}

// Everything comes from here, and nothing written in an event can become a program.
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')
