import type { Log } from '../log.ts'
import { apacheAccess } from './apache-access.ts'
import { apacheCombined } from './apache-combined.ts'
import { cloudtrail } from './cloudtrail.ts'
import { githubEvents } from './github-events.ts'
import { kafka } from './kafka.ts'
import { nginxplus } from './nginxplus.ts'
import { openssh } from './openssh.ts'

/** Every log with real events that there is. */
export const logs: readonly Log[] = [
  openssh,
  apacheCombined,
  apacheAccess,
  cloudtrail,
  githubEvents,
  nginxplus,
  kafka,
]
