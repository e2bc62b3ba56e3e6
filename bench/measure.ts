/** CPU seconds of this process, all threads, that the work took. */
export async function cpuSeconds(work: () => unknown): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

/** Least of several measurements: what the work takes when nothing else disturbs it. */
export async function leastCpuSeconds(times: number, work: () => unknown): Promise<number> {
  let least = Infinity
  for (let i = 0; i < times; i++) least = Math.min(least, await cpuSeconds(work))
  return least
}
