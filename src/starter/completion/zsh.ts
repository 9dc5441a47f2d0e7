import type { CommandNode, OptionNode, Values } from './command-tree.ts'

/** A script for zsh, 5 or newer. */
export function zshCompletion(nodes: readonly CommandNode[]): string {
  return `#compdef dealbridge
# dealbridge: completion for zsh. Load it with: source <(dealbridge completion zsh)
_dealbridge() {
  local at='' i
  local -a found
  for ((i = 2; i < CURRENT; i++)); do
    case "$at \${words[i]}" in
      ${caseOf(nodes.filter(({ path }) => path !== '').map(({ path }) => ` ${path}`))}) at="$at \${words[i]}" ;;
    esac
  done
  case "$at \${words[CURRENT - 1]}" in
${nodes.flatMap(optionCases).join('\n')}
  esac
  case "$at" in
${nodes.map(nodeCase).join('\n')}
  esac
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
compdef _dealbridge dealbridge
`
}

function optionCases({ path, options }: CommandNode): string[] {
  return options
    .filter(({ takes, values }) => takes && values !== null)
    .map(
      ({ flag, values }: OptionNode) => `    ${caseOf([`${at(path)} ${flag}`])}) ${fill(values)}; return ;;`,
    )
}

function nodeCase({ path, commands, options, argument }: CommandNode): string {
  const described = [
    ...commands.map(({ name, description }) => item(name, description)),
    ...options.map(({ flag, description }) => item(flag, description)),
  ]
  const names = argument === null ? '' : `[[ $PREFIX == -* ]] || { ${fill(argument)} }; `
  return `    ${caseOf([at(path)])}) ${names}found=(${described.join(' ')}); _describe -o dealbridge found ;;`
}

function fill(values: Values): string {
  if (values === 'file') return '_files;'
  if (values === null) return ':;'
  return 'names' in values
    ? `found=(\${(f)"$(dealbridge completion names ${values.names} 2>/dev/null)"}); compadd -a found;`
    : `compadd -- ${values.words.map(quote).join(' ')};`
}

function item(name: string, description: string): string {
  return quote(`${name.replaceAll(':', '\\:')}:${description}`)
}

function at(path: string): string {
  return path === '' ? '' : ` ${path}`
}

function caseOf(patterns: readonly string[]): string {
  return patterns.map((one) => `'${one}'`).join('|')
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
