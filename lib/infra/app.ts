import { App } from 'aws-cdk-lib'
import { parseArchiveList } from './archive-list.ts'
import { ArchiveStack } from './archive-stack.ts'

/** What `cdk synth` and `cdk deploy` run: one stack for each entry of the list in `cdk.json`. */
const app = new App()
for (const entry of parseArchiveList(app.node.tryGetContext('archives'))) {
  new ArchiveStack(app, entry)
}
