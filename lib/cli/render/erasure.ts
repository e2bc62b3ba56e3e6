import type { ErasureStatus } from '../../archive.ts'
import { defaultSettings } from '../../core/settings.ts'
import { formatTime } from '../../core/time.ts'
import { showCounted } from './figures.ts'

/** How far an erasure is, in one line. */
export function showErasure(status: ErasureStatus): string {
  const { erasureId, state, maskedMicros, rewrittenMicros, certificate } = status
  const left = showWaiting(status)
  const parts = [
    `${erasureId}: ${state}`,
    `hidden since ${formatTime(maskedMicros)}`,
    left && `to be looked at: ${left}`,
    rewrittenMicros && `in no run since ${formatTime(rewrittenMicros)}`,
    rewrittenMicros && `a certificate not before ${formatTime(dueMicros(rewrittenMicros))}`,
    certificate && `${showCounted(certificate.replaced.count, 'object')} replaced`,
    certificate && `gone since ${formatTime(certificate.erasedMicros)}`,
  ]
  return parts.filter(Boolean).join(', ')
}

/** What is still to be done of the rewriting; `undefined`: nothing. */
export function showWaiting({ waiting }: ErasureStatus): string | undefined {
  if (!waiting) return undefined
  const parts = [
    `${showCounted(waiting.runs, 'run')} and ${showCounted(waiting.rollups, 'roll-up')}`,
    waiting.batches !== undefined && showCounted(waiting.batches, 'batch', 'batches'),
  ]
  return parts.filter(Boolean).join(', ')
}

/** When processes that may have been at work before the last rewrite have surely ended. */
export function dueMicros(rewrittenMicros: number): number {
  return rewrittenMicros + defaultSettings.processMillisMax * 1000
}
