import { Command, CommanderError } from 'commander'
import { addAppend } from '../../../lib/cli/commands/append.ts'
import { addContext } from '../../../lib/cli/commands/context.ts'
import { addCount } from '../../../lib/cli/commands/count.ts'
import { addExport } from '../../../lib/cli/commands/export.ts'
import { addFields } from '../../../lib/cli/commands/fields.ts'
import { addHistogram } from '../../../lib/cli/commands/histogram.ts'
import { addImport } from '../../../lib/cli/commands/import.ts'
import { addRead } from '../../../lib/cli/commands/read.ts'
import { addSearch } from '../../../lib/cli/commands/search.ts'
import { addServe } from '../../../lib/cli/commands/serve.ts'
import { addValues } from '../../../lib/cli/commands/values.ts'
import { addGlobalOptions } from '../../../lib/cli/options.ts'
import { mutateText } from '../mutate/mutate-text.ts'
import { naughtyTexts } from '../mutate/naughty-texts.ts'
import type { Target } from '../target.ts'
import { isRefusal } from '../target.ts'

const adders = [
  ...[addAppend, addContext, addCount, addExport, addFields, addHistogram, addImport, addRead],
  ...[addSearch, addServe, addValues],
]
const numbers = ['1', '0', '-1', '1e9', '99999999999999999999', '2026-11-20', '-1h', 'now/d']

/** Command lines: every command with any options and values; nothing is carried out. */
export const target: Target = {
  prepare: () => {
    const program = addGlobalOptions(new Command('varve'))
    for (const add of adders) add(program)
    const silent = { writeOut: () => {}, writeErr: () => {}, outputError: () => {} }
    for (const command of [program, ...program.commands]) {
      command.exitOverride().configureOutput(silent)
      if (command !== program) command.action(() => {})
    }
    const flags = program.commands.flatMap(command => command.options.map(each => each.long!))
    return async dice => {
      const words = Array.from({ length: dice.below(6) }, () =>
        dice.weighted<() => string>([
          [4, () => dice.pick(flags)],
          [3, () => dice.pick(numbers)],
          [2, () => dice.pick(naughtyTexts)],
          [2, () => mutateText(dice.pick([...flags, ...numbers]), dice, ['-', '=', '--', ' '])],
        ])(),
      )
      const line = [dice.pick(program.commands).name(), ...words]
      try {
        await program.parseAsync(line, { from: 'user' })
        return 'taken'
      } catch (error) {
        if (error instanceof CommanderError || isRefusal(error, ['invalid'])) return 'refused'
        throw error
      }
    }
  },
}
