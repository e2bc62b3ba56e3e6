/** Magic number and length of a skippable frame (RFC 8878): stock zstd passes over what follows. */
export const skippableHeadBytes = 8

export function skippableHead(magic: number, contentBytes: number): Buffer {
  const head = Buffer.alloc(skippableHeadBytes)
  head.writeUInt32LE(magic, 0)
  head.writeUInt32LE(contentBytes, 4)
  return head
}

export function skippableFrame(magic: number, content: Uint8Array): Buffer {
  return Buffer.concat([skippableHead(magic, content.length), content])
}
