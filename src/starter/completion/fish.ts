import type { CommandNode, Values } from './command-tree.ts'

/** A script for fish, 3 or newer. */
export function fishCompletion(nodes: readonly CommandNode[]): string {
  const paths = nodes.filter(({ path }) => path !== '').map(({ path }) => quote(` ${path}`))
  return `# dealbridge: completion for fish. Load it with: dealbridge completion fish | source
set -g __dealbridge_paths ${paths.join(' ')}
function __dealbridge_at
  set -l at ''
  for word in (commandline -opc)[2..-1]
    contains -- "$at $word" $__dealbridge_paths; and set at "$at $word"
  end
  test "$at" = "$argv[1]"
end
complete -c dealbridge -f
${nodes.flatMap(linesOf).join('\n')}
`
}

function linesOf({ path, commands, options, argument }: CommandNode): string[] {
  const when = `-n ${quote(`__dealbridge_at ${quote(path === '' ? '' : ` ${path}`)}`)}`
  return [
    ...commands.map(
      ({ name, description }) => `complete -c dealbridge ${when} -a ${quote(name)} -d ${quote(description)}`,
    ),
    ...options.map(
      ({ flag, description, takes, values }) =>
        `complete -c dealbridge ${when} -l ${flag.replace(/^--/u, '')}${takes ? ' -r' : ''}${valuesOf(values)} -d ${quote(description)}`,
    ),
    ...(argument === null ? [] : [`complete -c dealbridge ${when}${valuesOf(argument)}`]),
  ]
}

function valuesOf(values: Values): string {
  if (values === 'file') return ' -F'
  if (values === null) return ''
  return 'names' in values
    ? ` -a ${quote(`(dealbridge completion names ${values.names} 2>/dev/null)`)}`
    : ` -a ${quote(values.words.join(' '))}`
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
