import { ArchiveError } from '../core/errors.ts'
import { defaultSettings } from '../core/settings.ts'
import { asStreamName } from '../core/stream-name.ts'
import { formatNamed } from '../import/formats.ts'
import { type ImportReport, importFile } from '../import/import-file.ts'
import { openFile } from '../import/open-file.ts'
import type { ImportOptions } from '../import/read-batches.ts'
import { importSources } from './import-sources.ts'
import type { OpenedArchive } from './open.ts'
import { ProgressBar } from './progress-bar.ts'
import { problemText } from './render/problem.ts'
import type { Session } from './session.ts'

/** What became of one file. */
export type FileOutcome =
  | { readonly path: string; readonly report: ImportReport }
  | { readonly path: string; readonly failure: string }

/**
 * Imports the files one after the other and yields what became of each. A file that cannot be
 * imported does not keep the others from it; a store that does not answer ends everything.
 */
export async function* importFiles(
  session: Session,
  opened: OpenedArchive,
  paths: readonly string[],
  options: ImportOptions & { readonly again?: boolean },
): AsyncGenerator<FileOutcome> {
  if (options.stream !== undefined) asStreamName(options.stream)
  if (options.format !== undefined) formatNamed(options.format)
  for (const path of await importSources(paths)) {
    try {
      yield { path, report: await importOne(session, opened, path, options) }
    } catch (error) {
      if (!(error instanceof ArchiveError) || error.code === 'unavailable') throw error
      yield { path, failure: problemText(error) }
    }
  }
}

async function importOne(
  session: Session,
  { archive, store }: OpenedArchive,
  path: string,
  { again = false, ...options }: ImportOptions & { readonly again?: boolean },
): Promise<ImportReport> {
  const { clock, signal, stderr } = session
  await using source = await openFile(path, process.stdin)
  const bar = stderr.isTTY && !session.quiet ? new ProgressBar(stderr, path) : undefined
  try {
    return await importFile({
      archive,
      store,
      clock,
      settings: defaultSettings,
      source,
      options,
      again,
      signal,
      progress: progress => bar?.show(progress),
    })
  } finally {
    bar?.end()
  }
}
