import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** The process and all its descendants that run now, read from /proc. */
export function processTree(root: number): readonly number[] {
  const children = new Map<number, number[]>()
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    const parent = parentOf(pid)
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(pid)])
  }
  const tree = [root]
  for (const pid of tree) tree.push(...(children.get(pid) ?? []))
  return tree.filter(pid => parentOf(String(pid)) !== undefined)
}

/** TCP ports on which these processes listen, in ascending order. */
export function listeningPorts(pids: readonly number[]): readonly number[] {
  const sockets = new Set(pids.flatMap(socketsOf))
  const ports = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap(table =>
    linesOf(table)
      .map(line => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state === listening && sockets.has(inode!))
      .map(([, local]) => Number.parseInt(local!.split(':')[1]!, 16)),
  )
  return [...new Set(ports)].sort((a, b) => a - b)
}

const listening = '0A'

function parentOf(pid: string): number | undefined {
  try {
    // The name of the program, in parentheses, may hold blanks.
    const [state, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
    return state === 'Z' ? undefined : Number(parent)
  } catch {
    return undefined // it has ended
  }
}

function socketsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap(file => {
      const [, inode] = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${file}`)) ?? []
      return inode === undefined ? [] : [inode]
    })
  } catch {
    return [] // it has ended
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return '' // it was closed
  }
}

function linesOf(table: string): string[] {
  try {
    return readFileSync(table, 'utf8').split('\n').slice(1, -1)
  } catch {
    return [] // no IPv6 here
  }
}
