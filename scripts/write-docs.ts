import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describeKind } from '../src/config/kinds.ts'
import { type OptionSpec, optionList, optionSections } from '../src/config/options.ts'
import { commandsPage } from './commands-page.ts'
import { jsonPage } from './json-page.ts'
import { markdownTable } from './markdown-table.ts'

/** Documents that are written from code; `--check` fails when one has drifted. */
const documents = [
  { path: join('docs', 'configuration.md'), text: configurationPage() },
  { path: join('docs', 'commands.md'), text: await commandsPage() },
  { path: join('docs', 'json.md'), text: jsonPage() },
]

function main(check: boolean): number {
  const drifted = documents.filter(({ path, text }) => readIfThere(path) !== text)
  for (const { path, text } of drifted) {
    if (check) process.stderr.write(`${path} is not what the code says; run: npm run build && npm run docs\n`)
    else writeFileSync(path, text)
  }
  return check && drifted.length > 0 ? 1 : 0
}

function configurationPage(): string {
  const parts = optionSections.map((section) => {
    const rows = optionList
      .filter(([, spec]) => spec.section === section)
      .map(([name, spec]) => [`\`${name}\``, unset(spec), meaning(spec)])
    return `## ${section}\n\n${markdownTable([['name', 'when not set', 'meaning'], ...rows])}\n`
  })
  return `# Configuration

<!-- Written by "npm run docs" from src/config/options.ts. Change it there. -->

Everything is set by environment variables. A \`.env\` file in the working directory is read when there is one; the environment wins over it. With \`TASK_SYNC_ENV=dev\` or \`prod\` also \`.env.dev\` or \`.env.prod\` is read, there or below \`config/\`, and wins over \`.env\`.

A secret may come from a file: \`NAME_FILE\` in place of \`NAME\` names it. An unknown \`DEALBRIDGE_\` name or a value that is not allowed is an error that names the variable (exit code 2); all are reported at once. An empty value counts as not set.

${parts.join('\n')}`
}

function unset(spec: OptionSpec): string {
  if (spec.default !== undefined) return `\`${spec.default}\``
  return spec.whenUnset ?? '-'
}

function meaning(spec: OptionSpec): string {
  const form = spec.kind === 'string' || spec.kind === 'path' ? undefined : `${describeKind(spec)}.`
  const secret = spec.secret === true ? 'Secret.' : undefined
  const reader = spec.readBy === undefined ? undefined : `Read by \`${spec.readBy}\`.`
  const capital = form === undefined ? undefined : form.charAt(0).toUpperCase() + form.slice(1)
  return [spec.help, capital, secret, reader].filter((part) => part !== undefined).join(' ')
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

process.exitCode = main(process.argv.includes('--check'))
