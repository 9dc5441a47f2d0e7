import { z } from 'zod'
import { DOCUMENTS } from '../src/starter/documents/index.ts'

type Json = {
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly properties?: Readonly<Record<string, Json>>
  readonly required?: readonly string[]
  readonly items?: Json
  readonly anyOf?: readonly Json[]
  readonly oneOf?: readonly Json[]
  readonly additionalProperties?: Json | boolean
}

/** `docs/json.md`: the document of each command that has `--json`. */
export function jsonPage(): string {
  const parts = Object.entries(DOCUMENTS).map(([command, schema]) => {
    const shape = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' }) as Json
    const variants = shape.anyOf ?? [shape]
    const blocks = variants.map((one) => {
      const about = one.description === undefined ? '' : `${one.description}\n\n`
      return `${about}\`\`\`\n${linesOf(one, '').join('\n')}\n\`\`\``
    })
    return `## ${command}\n\n${blocks.join('\n\n')}\n`
  })
  return `# What --json prints

<!-- Written by "npm run docs" from src/starter/documents. Change it there. -->

Each command with \`--json\` prints one document on stdout (\`log\`, and what \`--watch\` or \`--follow\` is given to, one for each line). Names
stay; further ones may come, so pass over those that you do not know. \`?\` behind a name: it may be missing. \`...\`: there may be more
names. \`any\`: a value of a task, or what only this version tells. What a command says on the way, and why it failed, goes to stderr as text; the exit
code says which ([operating.md](operating.md)). \`export\` has a form of its own ([export.md](export.md)).

${parts.join('\n')}`
}

function linesOf(json: Json, indent: string): string[] {
  const required = new Set(json.required ?? [])
  const own = Object.entries(json.properties ?? {}).flatMap(([name, one]) => [
    `${indent}${name}${required.has(name) ? '' : '?'}: ${typeWords(one)}${one.description === undefined ? '' : `   ${one.description}`}`,
    ...linesOf(innerOf(one), `${indent}  `),
  ])
  return json.properties !== undefined && json.additionalProperties !== false ? [...own, `${indent}...`] : own
}

/** What stands below a name: of a list that of its entries, of what may be null that of the rest. */
function innerOf(json: Json): Json {
  const [some] = (json.anyOf ?? []).filter(({ type }) => type !== 'null')
  const inner = some ?? json
  if (inner.items !== undefined) return innerOf(inner.items)
  if (inner.properties === undefined && typeof inner.additionalProperties === 'object')
    return {
      properties: { '<name>': inner.additionalProperties },
      required: ['<name>'],
      additionalProperties: false,
    }
  return inner
}

function typeWords(json: Json): string {
  const choices = json.anyOf ?? json.oneOf
  if (json.const !== undefined) return JSON.stringify(json.const)
  if (json.enum !== undefined) return json.enum.map((one) => JSON.stringify(one)).join(' | ')
  if (choices !== undefined) return [...new Set(choices.map(typeWords))].join(' | ')
  if (Array.isArray(json.type)) return json.type.join(' | ')
  if (json.type === 'array') return `list of ${json.items === undefined ? 'any' : typeWords(json.items)}`
  if (json.type === 'string') return 'text'
  if (json.type === 'boolean') return 'true | false'
  if (json.type === 'integer') return 'number'
  return typeof json.type === 'string' ? json.type : 'any'
}
