import type { Argument, Command, Option } from 'commander'

/** Names that are asked of the record while somebody types. */
export const NAME_KINDS = ['routes', 'connections'] as const
export type NameKind = (typeof NAME_KINDS)[number]

/** What may stand in a place: one of these words, a name from the record, a file, or anything (null). */
export type Values = { readonly words: readonly string[] } | { readonly names: NameKind } | 'file' | null

export type OptionNode = {
  readonly flag: string
  readonly description: string
  readonly takes: boolean
  readonly values: Values
}

/** A command of the tree by the words that lead to it, e.g. `route edit`; the empty path is the program itself. */
export type CommandNode = {
  readonly path: string
  readonly description: string
  readonly commands: readonly { readonly name: string; readonly description: string }[]
  readonly options: readonly OptionNode[]
  readonly argument: Values
}

/** Every command that is shown in help, the program itself first. */
export function commandNodes(program: Command): CommandNode[] {
  const nodes: CommandNode[] = []
  const walk = (command: Command, path: string) => {
    const shown = shownCommands(command)
    nodes.push({
      path,
      description: command.description(),
      commands: shown.map((one) => ({ name: one.name(), description: one.description() })),
      options: [...shownOptions(command).map(optionNode), HELP],
      argument: argumentValues(path, command.registeredArguments[0]),
    })
    for (const one of shown) walk(one, `${path} ${one.name()}`.trim())
  }
  walk(program, '')
  return nodes
}

const HELP: OptionNode = { flag: '--help', description: 'show help', takes: false, values: null }

/** Without those that are hidden, and the one for help, which commander adds by itself. */
export function shownCommands(command: Command): Command[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .filter((one) => one.name() !== 'help')
}

export function shownOptions(command: Command): Option[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .filter(({ long }) => long !== '--help')
}

function optionNode(option: Option): OptionNode {
  return {
    flag: option.long ?? option.flags,
    description: option.description,
    takes: option.required || option.optional,
    values: optionValues(option),
  }
}

function optionValues({ long, flags, argChoices }: Option): Values {
  if (argChoices !== undefined) return { words: argChoices }
  if (long === '--route') return { names: 'routes' }
  if (flags.includes('[connection]') || flags.includes('<connection>')) return { names: 'connections' }
  return flags.includes('<file>') || flags.includes('[file]') ? 'file' : null
}

function argumentValues(path: string, argument: Argument | undefined): Values {
  if (argument === undefined) return null
  if (argument.argChoices !== undefined) return { words: argument.argChoices }
  const name = argument.name()
  if (name === 'route') return { names: 'routes' }
  // What is only now given a name has none to choose from.
  if (name === 'connection' || (name === 'name' && path.startsWith('connect ') && path !== 'connect add'))
    return { names: 'connections' }
  return name === 'file' ? 'file' : null
}
