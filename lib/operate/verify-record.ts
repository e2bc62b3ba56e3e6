import type { RolledRun } from '../catalog/manifest.ts'
import { decodeRecord } from '../catalog/record.ts'
import { jobOfRun, recordKey } from '../store/keys.ts'
import type { Finding } from './finding.ts'
import { checkObject, findingOf, type Inspection } from './inspection.ts'

/** Whether the record of the run's job can be read and knows the run: a rebuild rests on it. */
export async function verifyRecord(inspection: Inspection, run: RolledRun): Promise<Finding[]> {
  const jobId = jobOfRun(run.id)
  const key = recordKey(jobId)
  try {
    const record = await checkObject(inspection, key, {}, ({ bytes }) => decodeRecord(bytes, jobId))
    if (record.runs.some(({ id }) => id === run.id)) return []
    const reason = `does not know run ${run.id}, which the archive has`
    return [{ kind: 'contradiction', object: key, reason, remedy: 'repair' }]
  } catch (error) {
    return [findingOf(error, key, 'repair')]
  }
}
