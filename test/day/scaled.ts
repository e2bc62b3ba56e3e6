import { shiftSettings } from '../../lambdas/shift.ts'
import { logPolicy, type Policy } from '../../lib/core/policy.ts'
import { defaultSettings, type Settings } from '../../lib/core/settings.ts'
import { brigadeWake } from '../../lib/infra/brigade-wake.ts'

/** Little compresses less well: what is set in stored bytes is so much larger than it would be. */
export const storedRatio = 1.3
/** Smaller ones are no nearer to life, and take long to make. */
const frameBytesMin = 16 * 1024

/**
 * The settings of an archive that holds one part in `scale` of the bytes, in as many batches,
 * folds, runs and roll-ups as the whole would have.
 */
export function scaledSettings(scale: number): Partial<Settings> {
  const { foldBytesMax } = shiftSettings(brigadeWake.memoryMebibytes)
  const { compactHourBytesMax, indexPartBytes, mergeAheadBytes } = defaultSettings
  return {
    foldBytesMax: (foldBytesMax / scale) * storedRatio,
    compactHourBytesMax: (compactHourBytesMax / scale) * storedRatio,
    indexPartBytes: indexPartBytes / scale,
    mergeAheadBytes: mergeAheadBytes / scale,
  }
}

export function scaledPolicy(scale: number): Policy {
  const { bucketSizeBytes, frameSizeBytes } = logPolicy
  return {
    ...logPolicy,
    bucketSizeBytes: Math.round((bucketSizeBytes / scale) * storedRatio),
    frameSizeBytes: Math.max(frameBytesMin, Math.round(frameSizeBytes / scale)),
  }
}
