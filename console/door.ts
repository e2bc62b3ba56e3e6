import { ArchiveClientError } from '../lib/client/client-error.ts'
import { element, part } from './elements.ts'

/** Where the archive is: the page's own place, with a slash at its end. */
export const home = new URL('.', document.baseURI)

/** How the archive knows who asks: by a key or token, by signatures (IAM), or not at all. */
const auth = document.querySelector('meta[name=varve-auth]')?.getAttribute('content')
/** One origin may serve several archives. */
const keyName = `varve-key:${home.pathname}`

/** Asks the archive, with the key or token of this tab if it wants one. */
export function ask(url: URL, init: RequestInit): Promise<Response> {
  if (auth !== 'bearer') return fetch(url, init)
  const headers = new Headers(init.headers)
  headers.set('Authorization', `Bearer ${sessionStorage.getItem(keyName)}`)
  // Without credentials of its own the browser leaves it to this page to ask for a key.
  return fetch(url, { ...init, headers, credentials: 'omit' })
}

/** Shows the archive, or what it takes to see it; whether it is the archive. */
export function enter(): boolean {
  const isOpen = auth !== 'iam' && (auth !== 'bearer' || sessionStorage.getItem(keyName) !== null)
  part('view').hidden = !isOpen
  part('door').hidden = auth !== 'bearer' || isOpen
  part('signed').hidden = auth !== 'iam'
  part('api').hidden = auth === 'iam'
  part('forget').hidden = auth !== 'bearer' || !isOpen
  if (!part('door').hidden) part('key').focus()
  return isOpen
}

/** Whether an error says that the key is no key here, or no longer; it is asked for again then. */
export function isLockedOut(error: unknown): boolean {
  if (auth !== 'bearer' || !(error instanceof ArchiveClientError)) return false
  if (error.status !== 401) return false
  sessionStorage.removeItem(keyName)
  part('refusal').replaceChildren(element('p', {}, 'This key or token is not known here.'))
  enter()
  return true
}

/** Lets `begin` ask whenever a key is given, and nobody when it is taken back. */
export function watchDoor(begin: () => void, end: () => void): void {
  const key = part<HTMLInputElement>('key')
  part('door').addEventListener('submit', event => {
    event.preventDefault()
    // Only what a header can hold is a key or a token.
    const given = key.value.trim().replace(/^Bearer +/i, '')
    if (!/^[\x21-\x7e]+$/.test(given)) return
    sessionStorage.setItem(keyName, given)
    key.value = ''
    part('refusal').replaceChildren()
    begin()
  })
  part('forget').addEventListener('click', () => {
    sessionStorage.removeItem(keyName)
    end()
    enter()
  })
}
