import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml'
import type { z } from 'zod'
import { messageOf, UserError } from '../config/errors.ts'
import { nearest } from '../config/nearest.ts'

/** What a file is called in messages: `what`, e.g. `The file of the route`; `code`: the beginning of the errors' codes. */
export type FileKind = { readonly what: string; readonly code: string }

/** The text of a file that a person names (`-`: standard input). Throws UserError (exit code 2). */
export async function fileText(path: string, { what, code }: FileKind): Promise<string> {
  try {
    return path === '-' ? await text(process.stdin) : await readFile(path, 'utf8')
  } catch (cause) {
    throw new UserError({
      code: `${code}_UNREADABLE`,
      message: `${what} cannot be read: ${messageOf(cause)}`,
      hints: ['Give the path of a YAML file, or - for standard input.'],
      exitCode: 2,
    })
  }
}

/** `name`: of the file, for messages. Throws UserError (exit code 2) with the lines that are not understood. */
export function parseYaml<S extends z.ZodObject>(
  content: string,
  name: string,
  schema: S,
  kind: FileKind,
): z.infer<S> {
  const lines = new LineCounter()
  const document = parseDocument(content, { lineCounter: lines })
  const broken = document.errors.map(({ message, linePos }) =>
    at(name, linePos?.[0].line, message.split('\n')[0] ?? message),
  )
  // The parser's own words of these would quote them, and a secret may begin so.
  visit(document, {
    Alias(_, node) {
      const start = node.range?.[0]
      if (node.resolve(document) === undefined)
        broken.push(
          at(
            name,
            start === undefined ? undefined : lines.linePos(start).line,
            'a value that begins with * goes in quotes',
          ),
        )
    },
  })
  if (broken.length > 0) throw unreadable(broken, kind)
  const found = schema.safeParse(document.toJS() ?? {})
  if (found.success) return found.data
  const lineOf: LineOf = (path) => {
    const start = keyStart(document.contents, path)
    return start === undefined ? undefined : lines.linePos(start).line
  }
  const known = Object.keys(schema.shape)
  throw unreadable(
    found.error.issues.flatMap((issue) => issueLines(issue, name, known, lineOf)),
    kind,
  )
}

type LineOf = (path: readonly PropertyKey[]) => number | undefined

/** Where the last key or entry of a path begins, as far as the path leads. */
function keyStart(contents: unknown, path: readonly PropertyKey[]): number | undefined {
  let start: number | undefined
  let node = contents
  for (const step of path) {
    if (isSeq(node)) {
      const entry: unknown = typeof step === 'number' ? node.items[step] : undefined
      if (!isNode(entry)) break
      start = entry.range?.[0]
      node = entry
      continue
    }
    if (!isMap(node)) break
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
    if (pair === undefined || !isScalar(pair.key)) break
    start = pair.key.range?.[0]
    node = pair.value
  }
  return start
}

function issueLines(
  issue: z.core.$ZodIssue,
  name: string,
  known: readonly string[],
  lineOf: LineOf,
): string[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => {
      const near = issue.path.length === 0 ? nearest(key, known) : undefined
      const guess = near === undefined ? '' : `; do you mean ${near}?`
      return at(name, lineOf([...issue.path, key]), `nobody knows ${[...issue.path, key].join('.')}${guess}`)
    })
  return [at(name, lineOf(issue.path), `${issue.path.join('.') || 'the file'}: ${issue.message}`)]
}

function at(name: string, line: number | undefined, words: string): string {
  return line === undefined ? `${name}: ${words}` : `${name}, line ${line}: ${words}`
}

function unreadable(problems: readonly string[], { what, code }: FileKind): UserError {
  return new UserError({
    code: `${code}_WRONG`,
    message: `${what} is not understood, so nothing was changed.`,
    hints: problems,
    exitCode: 2,
  })
}
