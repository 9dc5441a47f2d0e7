import { invalidQuery } from './errors.ts'

/** A filter, understood: a term's text, or terms joined. */
export type Filter =
  | { kind: 'term'; text: string }
  | { kind: 'not'; of: Filter }
  | { kind: 'and' | 'or'; left: Filter; right: Filter }

const MOST = 1024

/**
 * Reads the operators of Todoist's filter language: `&`, `|`, `!`, parentheses, and a backslash before a character
 * that is meant itself. `!` binds closest, then `&`. The comma is not an operator here (reference §7.1).
 */
export function readFilter(query: string): Filter {
  if (query.trim() === '' || query.length > MOST) throw invalidQuery(`1 to ${MOST} characters`)
  const tokens = tokensOf(query)
  const filter = readOr(tokens)
  if (tokens.length > 0) throw invalidQuery(`unexpected ${tokens[0]?.text}`)
  return filter
}

type Token = { operator: boolean; text: string }

function tokensOf(query: string): Token[] {
  const tokens: Token[] = []
  let term = ''
  const flush = () => {
    if (term.trim() !== '') tokens.push({ operator: false, text: term.trim() })
    term = ''
  }
  for (let i = 0; i < query.length; i++) {
    const character = query[i] ?? ''
    if (character === '\\') {
      term += query[i + 1] ?? ''
      i += 1
    } else if (character === ',') throw invalidQuery('the comma is not an operator here')
    else if ('&|()'.includes(character) || (character === '!' && term.trim() === '')) {
      flush()
      tokens.push({ operator: true, text: character })
    } else term += character
  }
  flush()
  return tokens
}

function takes(tokens: Token[], operator: string): boolean {
  const [next] = tokens
  if (next?.operator !== true || next.text !== operator) return false
  tokens.shift()
  return true
}

function readOr(tokens: Token[]): Filter {
  let left = readAnd(tokens)
  while (takes(tokens, '|')) left = { kind: 'or', left, right: readAnd(tokens) }
  return left
}

function readAnd(tokens: Token[]): Filter {
  let left = readOne(tokens)
  while (takes(tokens, '&')) left = { kind: 'and', left, right: readOne(tokens) }
  return left
}

function readOne(tokens: Token[]): Filter {
  if (takes(tokens, '!')) return { kind: 'not', of: readOne(tokens) }
  if (takes(tokens, '(')) {
    const inner = readOr(tokens)
    if (!takes(tokens, ')')) throw invalidQuery('a parenthesis is not closed')
    return inner
  }
  const next = tokens.shift()
  if (next === undefined || next.operator) throw invalidQuery('a term is missing')
  return { kind: 'term', text: next.text }
}
