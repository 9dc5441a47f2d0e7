import type { Argument, Command, Option } from 'commander'
import { shownCommands, shownOptions } from '../src/starter/completion/command-tree.ts'
import { buildProgram } from '../src/starter/program.ts'
import { markdownTable } from './markdown-table.ts'

/** `docs/commands.md`: every command of the command line with what it takes. */
export async function commandsPage(): Promise<string> {
  const program = await buildProgram([], () => undefined)
  const commands = shownCommands(program)
  const overview = commands.map((command) => [
    `[\`${command.name()}\`](#${command.name()})`,
    sentence(command.description()),
  ])
  return `# Commands

<!-- Written by "npm run docs" from the command line itself. Change it in src/starter/commands. -->

In a checkout the command is \`npx dealbridge\`. \`--help\` works at every level, \`--version\` says which version it is, and \`--debug\` before a
command shows a stack trace with errors. Data goes to stdout, everything else to stderr. What \`--json\` prints is in [json.md](json.md), what
exit codes mean and how the commands are used in [operating.md](operating.md).

${markdownTable([['command', ''], ...overview])}

${commands.map((command) => sectionOf(command, [])).join('\n')}`
}

function sectionOf(command: Command, above: readonly string[]): string {
  const words = [...above, command.name()]
  const head = above.length === 0 ? `## ${command.name()}\n\n` : ''
  const takes = command.registeredArguments.map(argumentWords).join(' ')
  const below = shownCommands(command)
  // What only gathers others has nothing of its own to be run.
  const own =
    below.length > 0 && !isRun(command)
      ? `${sentence(command.description())}\n`
      : `${usageOf(words, takes, command)}\n`
  return [`${head}${own}`, ...below.map((child) => sectionOf(child, words))].join('\n')
}

function usageOf(words: readonly string[], takes: string, command: Command): string {
  const rows = [
    ...command.registeredArguments
      .filter(({ description, argChoices }) => description !== '' || argChoices !== undefined)
      .map((argument) => [
        `\`${argumentWords(argument)}\``,
        withChoices(argument.description, argument.argChoices),
      ]),
    ...shownOptions(command).map((option) => [`\`${option.flags}\``, optionWords(option)]),
  ]
  return [
    `### \`dealbridge ${[...words, takes].join(' ').trim()}\``,
    sentence(command.description()),
    ...(rows.length === 0 ? [] : [markdownTable([['takes', 'meaning'], ...rows])]),
  ].join('\n\n')
}

/** Whether it does something by itself: those that only gather others take nothing. */
function isRun(command: Command): boolean {
  return shownOptions(command).length + command.registeredArguments.length > 0
}

function argumentWords(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`
  return argument.required ? `<${name}>` : `[${name}]`
}

function optionWords(option: Option): string {
  const usual: unknown = option.defaultValue
  const words = withChoices(option.description, option.argChoices)
  return usual === undefined ? words : `${words} (when not given: \`${String(usual)}\`)`
}

function withChoices(description: string, choices: readonly string[] | undefined): string {
  const words = sentence(description)
  return choices === undefined
    ? words
    : `${words} One of: ${choices.map((one) => `\`${one}\``).join(', ')}.`.trim()
}

/** Angle brackets would be taken for HTML. */
function sentence(text: string): string {
  const words = `${text.charAt(0).toUpperCase()}${text.slice(1)}`.replaceAll('<', '&lt;')
  return words === '' || /[.:]$/u.test(words) ? words : `${words}.`
}
