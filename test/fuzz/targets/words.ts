import { isGlob, matchesGlob } from '../../../lib/core/glob.ts'
import { parseAccessTime } from '../../../lib/core/log-time.ts'
import { parseTimeOrRelative } from '../../../lib/core/relative-time.ts'
import { streamNameFault } from '../../../lib/core/stream-name.ts'
import { formatTime, parseTime, readUtcTime, timeMicrosMax } from '../../../lib/core/time.ts'
import type { Dice } from '../../oracle/dice.ts'
import { mutateText } from '../mutate/mutate-text.ts'
import { sampleMicros } from '../samples.ts'
import { insist, type Outcome, type Target } from '../target.ts'

const times = [
  ...['2026-11-20T10:00:00Z', '2026-11-20', '2026-02-28T23:59:60.123456789+05:30', '1738108815'],
  ...['1738108815.217753', 'now-7d/d', '-15m', 'now/w+1M', '17/May/2015:10:05:03 +0000'],
]
const globs = ['web/*', '**', 'a?c', 'user/**/x', '***', '?*?*?', 'a/../b', 'WEB/eu']
const timeTokens = ['-', '+', ':', 'T', 'Z', '.', '/', '0', '9', '99', '31', 'd', 'M', 'y', 'now']
const globTokens = ['*', '**', '?', '/', 'a', '.', '..', 'ä', '😀', '\\', '[', ']']

/** Times, stream names and globs. */
export const target: Target = {
  prepare: () => dice => (dice.chance(0.5) ? tryTime(dice) : tryGlob(dice)),
}

function tryTime(dice: Dice): Outcome {
  const text = mutateText(dice.pick(times), dice, timeTokens)
  const bytes = Buffer.from(text)
  const read = parseTime(text)
  const fast = readUtcTime(bytes, 0, bytes.length)
  insist(fast === undefined || fast === read, () => `${text} is ${fast} and ${read}`)
  const found = [read, parseTimeOrRelative(text, sampleMicros), parseAccessTime(text)]
  for (const micros of found) {
    if (micros === undefined) continue
    const isTime = Number.isInteger(micros) && micros >= 0 && micros <= timeMicrosMax
    insist(isTime, () => `${text} is ${micros}`)
    const again = parseTime(formatTime(micros))
    insist(again === micros, () => `${micros} comes back as ${again}`)
  }
  return found.some(micros => micros !== undefined) ? 'taken' : 'refused'
}

function tryGlob(dice: Dice): Outcome {
  const glob = mutateText(dice.pick(globs), dice, globTokens)
  const stream = mutateText(dice.pick(['web/eu', 'user/1/x', 'abc', 'a/b/c']), dice, globTokens)
  const isMatch = matchesGlob(stream, glob)
  if (stream.isWellFormed() && glob.isWellFormed() && glob.length < 40 && stream.length < 40) {
    insist(isMatch === expressionOf(glob).test(stream), () => `${glob} and ${stream}: ${isMatch}`)
  }
  insist(matchesGlob(stream, '**'), () => `** and ${stream}`)
  if (!isGlob(glob)) insist(isMatch === (glob === stream), () => `${glob} is ${stream}`)
  return streamNameFault(stream) === undefined ? 'taken' : 'refused'
}

function expressionOf(glob: string): RegExp {
  const source = glob.replace(/\*\*+|\*|\?|[^*?]+/gu, part => {
    if (part.startsWith('**')) return '[^]*'
    return part === '*' ? '[^/]*' : part === '?' ? '[^/]' : RegExp.escape(part)
  })
  return new RegExp(`^${source}$`, 'u')
}
