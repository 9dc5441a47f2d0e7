import { UserError } from '../../config/errors.ts'
import type { RouteRow } from '../../store/routes.ts'
import type { Answer } from '../answer.ts'
import { confirmed } from '../ask.ts'
import { quoted } from '../command-name.ts'
import type { Deciding } from '../deciding.ts'
import { canAsk, tell } from '../output.ts'
import { routeFileChange } from '../route-file.ts'
import { routeFileText } from '../route-file-text.ts'
import { routeNamed } from '../route-named.ts'
import { withTakenOut } from '../taken-out.ts'
import { chosenEditor, editFile, textFile } from '../text-editor.ts'
import { type EditFlags, edit, editTo } from './route-edit.ts'

/** What says how a change is made, and not what it is. */
const HOW = ['json', 'dryRun']

/** Changes a route by what flags or a file say; where nothing is said, by its file in an editor. */
export function editOrOpen(deciding: Deciding, name: string, flags: EditFlags): Promise<Answer> {
  const said = Object.keys(flags).some((flag) => !HOW.includes(flag))
  return said ? edit(deciding, name, flags) : open(deciding, name, flags)
}

async function open(deciding: Deciding, name: string, flags: Pick<EditFlags, 'dryRun'>): Promise<Answer> {
  const route = await routeNamed(deciding.deps.db, name)
  const editor = chosenEditor()
  if (editor === null) throw nothingSaid(name)
  const before = `${headOf(name)}${routeFileText(route.policy)}`
  const path = await textFile(`${name.replace(/[^\w-]+/gu, '-')}.yaml`, before)
  for (;;) {
    const text = await editFile(editor, path)
    if (text === before) return unchanged(route)
    try {
      const change = withTakenOut(routeFileChange(before, path), routeFileChange(text, path))
      return await editTo(deciding, route, change, flags)
    } catch (error) {
      // What is no matter of the file is not mended there.
      if (!(error instanceof UserError) || error.exitCode !== 2 || !canAsk()) throw kept(error, name, path)
      tell(error.message, ...error.hints)
      if (!(await confirmed('Open it again?', deciding.signal))) throw kept(error, name, path)
    }
  }
}

function headOf(name: string): string {
  return `# Route ${name}. Save and close to change it; close as it is to change nothing.
# A line that you take out stays as it was; an entry of stages, dealFields, labels or templates that you take out goes.
`
}

function unchanged({ name, policy }: RouteRow): Answer {
  return { json: { route: name, policy }, lines: ['Nothing was changed.'], outcome: 0 }
}

/** The same refusal, with where that is what was typed. */
function kept(error: unknown, name: string, path: string): unknown {
  const where = `What you typed is kept in ${path}: ${quoted(`route edit ${name} --file ${path}`)} takes it, once it is right.`
  if (!(error instanceof UserError)) {
    tell(where)
    return error
  }
  const { code, message, hints, exitCode } = error

  return new UserError({ code, message, hints: [...hints, where], cause: error, exitCode })
}

function nothingSaid(name: string): UserError {
  return new UserError({
    code: 'NOTHING_TO_CHANGE',
    message: `Nothing was said that is to change of route ${name}, and there is no terminal for an editor.`,
    hints: [`Give flags (${quoted('route edit --help')}) or --file, or set EDITOR.`],
    exitCode: 2,
  })
}
