import { holds } from '../core/rules.ts'
import { isRecordKey, jobOfOutput, jobOfRun } from '../store/keys.ts'

/**
 * Garbage in steps, each to be deleted when the one before is gone (PROTOCOL G4, G5): so that what
 * is left after any of them misleads no rebuild. A job's record goes before its outputs, and behind
 * the outputs that it says it replaced. `inputsOf` tells the inputs of a dead job. Pure.
 */
export function deletionOrder(
  dead: readonly string[],
  inputsOf: (jobId: string) => readonly string[],
): string[][] {
  const steps: string[][] = []
  const left = Map.groupBy(dead, jobOfOutput)
  while (left.size > 0) {
    const free = [...left.keys()].filter(jobId => !waitsFor(left, jobId, inputsOf))
    // Lineage has no circles; who made one all the same loses nothing by any order.
    const jobIds = free.length > 0 ? free : [...left.keys()]
    const keys = jobIds.flatMap(jobId => left.get(jobId)!)
    for (const jobId of jobIds) left.delete(jobId)
    const [records, others] = [keys.filter(isRecordKey), keys.filter(key => !isRecordKey(key))]
    steps.push(...(holds('gc-record-first') ? [records, others] : [others, records]))
  }
  return steps.filter(step => step.length > 0)
}

function waitsFor(
  left: ReadonlyMap<string, unknown>,
  jobId: string,
  inputsOf: (jobId: string) => readonly string[],
): boolean {
  if (!holds('gc-inputs-first')) return false
  const jobIds = inputsOf(jobId).map(jobOfRun)
  return jobIds.some(other => other !== jobId && left.has(other))
}
