/** UTF-8's, which says nothing and is no part of the text. */
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf])

/** Whether text begins with a byte order mark: its first three bytes. */
export function hasByteOrderMark(beginning: Buffer): boolean {
  return beginning.subarray(0, byteOrderMark.length).equals(byteOrderMark)
}

export const byteOrderMarkLength = byteOrderMark.length
