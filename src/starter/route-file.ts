import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import type { PolicyChange } from '../activities/policy-change.ts'
import { assigneeInput } from '../config/assignee-input.ts'
import { dealInput } from '../config/deal-input.ts'
import { messageOf, UserError } from '../config/errors.ts'
import { nearest } from '../config/nearest.ts'
import { CONFLICT_RULES, DELETE_RULES, DIRECTIONS } from '../core/policy.ts'

const routeFile = dealInput.extend(
  z
    .strictObject({
      direction: z.enum(DIRECTIONS),
      conflicts: z.enum(CONFLICT_RULES),
      deletes: z.strictObject({ left: z.enum(DELETE_RULES), right: z.enum(DELETE_RULES) }).partial(),
      zone: z.string(),
      scope: z.strictObject({ assignees: assigneeInput }).partial(),
      deals: z.boolean(),
      comments: z.boolean(),
      notes: z.boolean(),
    })
    .partial().shape,
)

/**
 * What a YAML file says of a route (`-`: standard input); what it leaves out stays as it is. Throws UserError (exit code 2)
 * with the lines that are not understood.
 */
export async function readRouteFile(path: string): Promise<PolicyChange> {
  return routeFileChange(path === '-' ? await text(process.stdin) : await fileText(path), path)
}

/** `name`: of the file, for messages. */
export function routeFileChange(content: string, name: string): PolicyChange {
  const lines = new LineCounter()
  const document = parseDocument(content, { lineCounter: lines })
  const broken = document.errors.map(({ message, linePos }) =>
    at(name, linePos?.[0].line, message.split('\n')[0] ?? message),
  )
  if (broken.length > 0) throw unreadable(broken)
  const found = routeFile.safeParse(document.toJS() ?? {})
  if (found.success) return asChange(found.data)
  const lineOf: LineOf = (path) => {
    const start = keyStart(document.contents, path)
    return start === undefined ? undefined : lines.linePos(start).line
  }
  throw unreadable(found.error.issues.flatMap((issue) => issueLines(issue, name, lineOf)))
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

function issueLines(issue: z.core.$ZodIssue, name: string, lineOf: LineOf): string[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => {
      const near = issue.path.length === 0 ? nearest(key, Object.keys(routeFile.shape)) : undefined
      const guess = near === undefined ? '' : `; do you mean ${near}?`
      return at(name, lineOf([...issue.path, key]), `nobody knows ${[...issue.path, key].join('.')}${guess}`)
    })
  return [at(name, lineOf(issue.path), `${issue.path.join('.') || 'the file'}: ${issue.message}`)]
}

function asChange({
  direction,
  conflicts,
  deletes,
  zone,
  scope,
  deals,
  comments,
  notes,
  ...filing
}: z.infer<typeof routeFile>) {
  const change: PolicyChange = {
    ...(comments === undefined ? {} : { comments }),
    ...(notes === undefined ? {} : { notes }),
    ...(direction === undefined ? {} : { direction }),
    ...(conflicts === undefined ? {} : { conflicts }),
    ...(zone === undefined ? {} : { zone }),
    ...(scope?.assignees === undefined ? {} : { assignees: scope.assignees }),
    deletes: {
      ...(deletes?.left === undefined ? {} : { left: deletes.left }),
      ...(deletes?.right === undefined ? {} : { right: deletes.right }),
    },
  }
  if (deals === false) return { ...change, deals: null }
  return deals === true || Object.keys(filing).length > 0 ? { ...change, deals: filing } : change
}

async function fileText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new UserError({
      code: 'ROUTE_FILE_UNREADABLE',
      message: `The file of the route cannot be read: ${messageOf(cause)}`,
      hints: ['Give the path of a YAML file, or - for standard input.'],
      exitCode: 2,
    })
  }
}

function at(name: string, line: number | undefined, words: string): string {
  return line === undefined ? `${name}: ${words}` : `${name}, line ${line}: ${words}`
}

function unreadable(problems: readonly string[]): UserError {
  return new UserError({
    code: 'ROUTE_FILE_WRONG',
    message: 'The file of the route is not understood, so nothing was changed.',
    hints: problems,
    exitCode: 2,
  })
}
