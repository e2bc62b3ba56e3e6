import type { Order } from '../lib/client/answers.ts'

/** What the page shows: all of it stands in the address. */
export interface View {
  readonly q: string
  readonly stream: string
  readonly from: string
  readonly to: string
  readonly order: Order
}

export function viewOfAddress(search: string): View {
  const given = new URLSearchParams(search)
  const text = (name: string) => given.get(name) ?? ''
  return {
    q: text('q'),
    stream: text('stream'),
    from: text('from'),
    to: text('to'),
    order: given.get('order') === 'asc' ? 'asc' : 'desc',
  }
}

/** The query string of a view, without what is as always. */
export function addressOfView(view: View): string {
  const entries = Object.entries(parametersOf(view)).filter(([, value]) => value !== 'desc')
  // A blank may be a plus sign; slashes and colons are no harm in a query string.
  const text = new URLSearchParams(entries).toString()
  return `?${text.replaceAll('%2F', '/').replaceAll('%3A', ':')}`
}

/** What is set in a view, as the API takes it. */
export function parametersOf(view: View): Partial<View> {
  return Object.fromEntries(Object.entries(view).filter(([, value]) => value !== ''))
}
