import { allUnique, caseStorm, hotUser, largeEvents, schemaDrift } from './adversarial.ts'
import { apiAccess } from './api-access.ts'
import { appLog } from './app-log.ts'
import { cloudAudit } from './cloud-audit.ts'
import type { GeneratedCorpus } from './generated-corpus.ts'
import { webAccess } from './web-access.ts'
import { windowsEvents } from './windows-events.ts'

/** Logs as they come in life: W1 to W5. */
export const workloads: readonly GeneratedCorpus[] = [
  apiAccess,
  cloudAudit,
  appLog,
  windowsEvents,
  webAccess,
]

/** Logs that nobody hopes for. */
export const adversaries: readonly GeneratedCorpus[] = [
  allUnique,
  largeEvents,
  hotUser,
  schemaDrift,
  caseStorm,
]
