import { Argument, type Command } from 'commander'
import { bashCompletion } from '../completion/bash.ts'
import { type CommandNode, commandNodes, NAME_KINDS, type NameKind } from '../completion/command-tree.ts'
import { fishCompletion } from '../completion/fish.ts'
import { zshCompletion } from '../completion/zsh.ts'
import { printLines } from '../output.ts'
import type { Outcome } from './shared.ts'

const SHELLS: Readonly<Record<string, (nodes: readonly CommandNode[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
}
const LOADED: Readonly<Record<string, string>> = {
  bash: 'source <(dealbridge completion bash)',
  zsh: 'source <(dealbridge completion zsh)',
  fish: 'dealbridge completion fish | source',
}

/** Needs the whole command line in `program`. */
export function addCompletion(program: Command, finish: (outcome: Outcome) => void): void {
  const completion = program
    .command('completion')
    .description('completion of commands, options and names by your shell')
  for (const [shell, scriptOf] of Object.entries(SHELLS))
    completion
      .command(shell)
      .description(`a script for ${shell}, to be loaded by: ${LOADED[shell]}`)
      .action(() => {
        printLines([scriptOf(commandNodes(program)).trimEnd()])
        finish(0)
      })
  completion
    .command('names', { hidden: true })
    .description('names that the scripts complete')
    .addArgument(new Argument('<kind>').choices(NAME_KINDS))
    .action(async (kind: NameKind) => {
      // Loaded here alone: the scripts themselves need no record.
      const { namesAtOnce } = await import('../completion/names.ts')
      const names = await namesAtOnce(kind)
      if (names.length > 0) printLines(names)
      finish(0)
    })
}
