import type { CommandNode, OptionNode, Values } from './command-tree.ts'

/** A script for bash, 3.2 or newer (macOS has no newer one). */
export function bashCompletion(nodes: readonly CommandNode[]): string {
  return `# dealbridge: completion for bash. Load it with: source <(dealbridge completion bash)
_dealbridge() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} at='' found='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$at \${COMP_WORDS[i]}" in
      ${caseOf(nodes.filter(({ path }) => path !== '').map(({ path }) => ` ${path}`))}) at="$at \${COMP_WORDS[i]}" ;;
    esac
  done
  case "$at $prev" in
${nodes.flatMap(optionCases).join('\n')}
    *)
      case "$at" in
${nodes.map(nodeCase).join('\n')}
      esac ;;
  esac
  local IFS=$'\\n' one
  COMPREPLY=()
  for one in $(compgen -W "$found" -- "$cur"); do COMPREPLY+=("$(printf '%q' "$one")"); done
}
complete -F _dealbridge dealbridge
`
}

function optionCases({ path, options }: CommandNode): string[] {
  return options
    .filter(({ takes, values }) => takes && values !== null)
    .map(({ flag, values }: OptionNode) => `    ${caseOf([`${at(path)} ${flag}`])}) ${fill(values)} ;;`)
}

function nodeCase({ path, commands, options, argument }: CommandNode): string {
  const words = [...commands.map(({ name }) => name), ...options.map(({ flag }) => flag)]
  const more = argument === null ? '' : `; [[ $cur == -* ]] || { ${more_(argument)}; }`
  return `        ${caseOf([at(path)])}) found=${quotedLines(words)}${more} ;;`
}

function more_(values: Values): string {
  if (values === 'file') return 'COMPREPLY=($(compgen -f -- "$cur")); return'
  if (values === null) return ':'
  return 'names' in values
    ? `found="$found"$'\\n'"$(dealbridge completion names ${values.names} 2>/dev/null)"`
    : `found="$found"$'\\n'${quotedLines(values.words)}`
}

function fill(values: Values): string {
  if (values === 'file') return 'COMPREPLY=($(compgen -f -- "$cur")); return'
  if (values === null) return ':'
  return 'names' in values
    ? `found=$(dealbridge completion names ${values.names} 2>/dev/null)`
    : `found=${quotedLines(values.words)}`
}

function at(path: string): string {
  return path === '' ? '' : ` ${path}`
}

function caseOf(patterns: readonly string[]): string {
  return patterns.map((one) => `'${one}'`).join('|')
}

function quotedLines(words: readonly string[]): string {
  return `$'${words.map((word) => word.replaceAll("'", "\\'")).join('\\n')}'`
}
