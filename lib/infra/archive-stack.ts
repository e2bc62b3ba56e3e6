import { CfnOutput, Stack, Tags } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { ArchiveAuth } from './archive-auth.ts'
import { type ArchiveEntry, stackName } from './archive-list.ts'
import { EventArchive } from './event-archive.ts'

/** One stack: one whole archive that shares nothing with any other. */
export class ArchiveStack extends Stack {
  readonly archive: EventArchive

  constructor(scope: Construct, entry: ArchiveEntry) {
    super(scope, stackName(entry), {
      description: `Varve event archive of ${entry.org}, ${entry.env}`,
      env: { region: entry.location, ...(entry.account && { account: entry.account }) },
    })
    Tags.of(this).add('varve:org', entry.org)
    Tags.of(this).add('varve:env', entry.env)
    this.archive = new EventArchive(this, 'Archive', {
      ...(entry.prefix && { prefix: entry.prefix }),
      ...(entry.keys && { auth: ArchiveAuth.bearer({ keysFile: entry.keys }) }),
    })
    new CfnOutput(this, 'Url', { value: this.archive.url })
    new CfnOutput(this, 'StoreUrl', { value: this.archive.storeUrl })
    new CfnOutput(this, 'Redrive', { value: this.archive.redriveId })
  }
}
