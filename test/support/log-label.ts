import { labelOf } from '../../lib/brigade/choose-recut.ts'
import { logPolicy } from '../../lib/core/policy.ts'

/** The label of what is cut where no policy is set. */
export const logLabel = labelOf(logPolicy, [])
