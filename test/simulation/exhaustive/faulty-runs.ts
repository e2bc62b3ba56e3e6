import { isDeepStrictEqual } from 'node:util'
import { Member } from '../../../lib/brigade/member.ts'
import { ArchiveError } from '../../../lib/core/errors.ts'
import { createReader } from '../../../lib/read/reader.ts'
import { certificateKey } from '../../../lib/store/keys.ts'
import { didNothing, leftovers } from '../clean.ts'
import { type Call, canStrike, type FaultKind } from '../faults.ts'
import { answerFaults, day, hour, Scene } from '../protocol/scene.ts'
import { World } from '../world.ts'
import type { Procedure } from './procedures.ts'

/** A fault at the n-th request of a process. */
export interface Strike {
  readonly process: string
  readonly nth: number
  readonly fault: FaultKind
}

/** What came of a procedure that met faults. */
export interface Outcome {
  /** Whether every strike found its request. */
  readonly isStruck: boolean
  /** What it told its caller; `undefined`: nothing, it crashed or threw. */
  readonly told: { readonly result: unknown } | undefined
  readonly broken: readonly string[]
}

const settings = { compactRunsMin: 2, compactRunsMax: 2, rollupPartsMin: 2 }
const recoveryRoundsMax = 6

/** The requests of a procedure when nothing goes wrong, in order. */
export async function requestsOf(procedure: Procedure): Promise<readonly Call[]> {
  const calls: Call[] = []
  const scene = await sceneOf(procedure)
  scene.world.inject('request-lost', {
    process: 'first',
    which: call => {
      calls.push(call)
      return false
    },
  })
  await procedure.run(scene.place('first'), scene)
  scene.world.stop()
  return calls
}

/**
 * Plays the procedure with these faults, by a second process again if one struck that too; then
 * others do what is to be done, and the archive is looked at.
 */
export async function playFaulty(
  procedure: Procedure,
  strikes: readonly Strike[],
): Promise<Outcome> {
  const scene = await sceneOf(procedure)
  const { world } = scene
  const struck = strikes.map(strike => plan(world, strike))
  const told = await runOnce(procedure, scene, 'first')
  if (strikes.some(strike => strike.process === 'second')) await runOnce(procedure, scene, 'second')
  if (procedure.appends && told) scene.acked.add(procedure.appends)
  const broken = await recover(scene, procedure, told)
  world.stop()
  return { isStruck: struck.every(isStruck => isStruck()), told, broken }
}

/** Whether two runs told their callers the same. */
export function toldAlike(a: Outcome['told'], b: Outcome['told']): boolean {
  return isDeepStrictEqual(a, b)
}

async function sceneOf(procedure: Procedure): Promise<Scene> {
  const scene = new Scene({ ...settings, ...procedure.settings }, new World({ pageSize: 100 }))
  await procedure.prepare(scene)
  return scene
}

function plan(world: World, { process, nth, fault }: Strike): () => boolean {
  let seen = 0
  let isStruck = false
  const which = (call: Call) => {
    const isIt = ++seen === nth && canStrike(fault, call)
    isStruck ||= isIt
    return isIt
  }
  world.injectAny(fault, process, which)
  return () => isStruck
}

async function runOnce(
  procedure: Procedure,
  scene: Scene,
  process: string,
): Promise<Outcome['told']> {
  const crashed = scene.world.crashed(process).then(() => undefined)
  const work = procedure.run(scene.place(process), scene).then(
    result => ({ result }),
    fault => {
      if (fault instanceof ArchiveError) return undefined
      throw fault
    },
  )
  return await Promise.race([work, crashed])
}

/** A caller who heard nothing sends again; a member works until nothing is left to do. */
async function recover(
  scene: Scene,
  procedure: Procedure,
  told: Outcome['told'],
): Promise<string[]> {
  const { world } = scene
  // Whatever is still under way has arrived then.
  await world.clockFor('later').sleep(2.5 * day)
  const member = new Member(scene.place('later'))
  for (let round = 0; ; round++) {
    if (round === recoveryRoundsMax) return ['the brigade is never done']
    const report = await member.once()
    if (report.damaged.length > 0) return [`${report.damaged.join()} cannot be read`]
    if (didNothing(report)) break
  }
  const broken = await uncertified(scene, member)
  const names: string[] = []
  for await (const hit of createReader(scene.place('later')).search({}))
    names.push(JSON.parse(hit.line.toString()).name)
  const unknown = [procedure.appends, told ? undefined : procedure.erases]
  const strangers = names.filter(name => !scene.acked.has(name) && !unknown.includes(name))
  return [
    ...broken,
    ...(await scene.brokenPromises()),
    ...answerFaults(names, scene.acked),
    ...strangers.map(name => `I2 ${name}`),
    ...(await leftovers(world, scene.place('later'))),
  ]
}

/** Erasures that have no certificate when no process can still upload what they forgot. */
async function uncertified(scene: Scene, member: Member): Promise<string[]> {
  const known = scene.catalog().erasures
  if (known.length === 0) return []
  scene.world.advance(hour)
  await member.once()
  const left = scene.catalog().erasures.map(({ erasureId }) => erasureId)
  const certified = known.filter(({ erasureId }) => scene.world.object(certificateKey(erasureId)))
  return [
    ...left.map(id => `erasure ${id} is never certified`),
    ...(certified.length < known.length ? ['a certificate is missing'] : []),
  ]
}
