import { createHash } from 'node:crypto'
import { formatTime } from '../../lib/core/time.ts'

/** Lines of a few streams, in the order of a bucket; every kind of value is in them. */
export function sampleLines(count: number): string[] {
  const lines = Array.from({ length: count }, (_, i) => {
    const time = sampleMicros + i * 250_000
    const stream = ['app', 'ssh/eu', 'user/4711'][Math.floor((i * 3) / count)]
    const id = i % 3 === 0 ? `,"@id":"id-${i}"` : ''
    return `{"@time":${time},"@stream":"${stream}"${id},${sampleMembers(i)}}`
  })
  return lines
}

export const sampleMicros = 1_795_046_400_000_000

/** Events as a client sends them. */
export function sampleEvents(count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const time = formatTime(sampleMicros + i * 250_000)
    return `{"@time":"${time}","@id":"id-${i}",${sampleMembers(i)}}`
  })
}

const shapes: readonly ((i: number) => string)[] = [
  i => `"level":"${i % 2 ? 'info' : 'error'}","ms":${i * 1.5},"ok":true,"none":null`,
  i => `"ip":"10.0.${i % 4}.${i % 256}","request":{"id":"${sampleUuid(i)}","tags":["a",${i}]}`,
  i => `"message":"GET /Ärger/${i}?x=1 took ${i} ms \\u00e4\\n","n":${i}e2,"n":-0`,
  i => `"deep":{"a":[[{"b":${i}}],[]]},"lone":"\\ud83d","big":1844674407370955${i % 10}616`,
  () => '"a.b":1,"a":{"b":2},"":{"":"x"},"@Time":0,"__proto__":{"polluted":true}',
]

function sampleMembers(i: number): string {
  return shapes[i % shapes.length]!(i)
}

function sampleUuid(i: number): string {
  const hex = createHash('md5').update(String(i)).digest('hex')
  return [8, 4, 4, 4, 12].map((length, n) => hex.slice(n * 4, n * 4 + length)).join('-')
}
