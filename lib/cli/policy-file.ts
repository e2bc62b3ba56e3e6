import { readFile } from 'node:fs/promises'
import { ArchiveError } from '../core/errors.ts'
import type { Policy } from '../core/policy.ts'
import { policyOfForm } from '../core/policy-form.ts'

/** The policies of a file, in its order: a JSON array, or a policy a line. */
export async function policiesIn(file: string): Promise<readonly Policy[]> {
  return (await formsIn(file)).map(form => policyOfForm(form))
}

async function formsIn(file: string): Promise<readonly unknown[]> {
  const text = (await textOf(file)).trim()
  try {
    if (text.startsWith('[')) return JSON.parse(text)
    return text.split('\n').map(line => JSON.parse(line))
  } catch (cause) {
    const reason = (cause as Error).message
    throw new ArchiveError('invalid', `${file} is no list of policies: ${reason}`, { cause })
  }
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new ArchiveError('missing', `cannot read ${file}: ${code}`, { cause })
  }
}
