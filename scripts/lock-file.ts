/** The members of package-lock.json that matter here. */
export interface LockFile {
  readonly packages: Readonly<Record<string, LockedPackage>>
}

interface LockedPackage {
  readonly version?: string
  readonly dev?: boolean
  readonly optional?: boolean
  readonly hasInstallScript?: boolean
  readonly os?: readonly string[]
  readonly cpu?: readonly string[]
  readonly libc?: readonly string[]
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/**
 * Packages for other platforms that the lock file does not have. npm leaves out what the registry
 * of the machine did not offer, and then `npm ci` refuses the file there.
 */
export function missingPackages(lock: LockFile): Record<string, LockedPackage> {
  const missing: Record<string, LockedPackage> = {}
  for (const [path, { dev, optionalDependencies }] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(optionalDependencies ?? {})) {
      if (isLocked(lock, path, name)) continue
      missing[`node_modules/${name}`] = {
        version,
        ...platformOf(name),
        ...(dev && { dev }),
        optional: true,
      }
    }
  }
  return missing
}

/** The lock file with them, in npm's order. They have no hash: npm checks none for them. */
export function completed(lock: LockFile): LockFile {
  const [own, ...others] = Object.entries({ ...lock.packages, ...missingPackages(lock) })
  others.sort(([a], [b]) => a.localeCompare(b, 'en'))
  return { ...lock, packages: Object.fromEntries([own!, ...others]) }
}

/**
 * The lock file without the install scripts that are not allowed: an npm that does not know
 * `allowScripts` runs those that are named here.
 */
export function withoutScripts(
  lock: LockFile,
  allowScripts: Readonly<Record<string, boolean>>,
): LockFile {
  const packages = Object.entries(lock.packages).map(([path, locked]) => {
    const { hasInstallScript, ...rest } = locked
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
    return [path, hasInstallScript && allowScripts[name] ? locked : rest] as const
  })
  return { ...lock, packages: Object.fromEntries(packages) }
}

/** Whether the package finds the other one in its own folder or in one above. */
function isLocked(lock: LockFile, path: string, name: string): boolean {
  const own = `${path === '' ? '' : `${path}/`}node_modules/${name}`
  if (lock.packages[own]) return true
  return (
    path !== '' && isLocked(lock, path.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, ''), name)
  )
}

/** `@x/binding-linux-arm64-musl` is for Linux on arm64 with musl. */
function platformOf(name: string): Pick<LockedPackage, 'os' | 'cpu' | 'libc'> {
  const [, os, cpu, abi = ''] =
    /(?:cli|binding)-([a-z0-9]+)-([a-z0-9]+)(?:-(\w+))?$/.exec(name) ?? []
  if (!os || !cpu) throw new Error(`${name} does not say which platform it is for`)
  const libc = /^(gnu|musl)/.exec(abi)?.[1]
  return { os: [os], cpu: [cpu], ...(libc && { libc: [libc === 'gnu' ? 'glibc' : libc] }) }
}
