import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { messageOf, UserError } from '../config/errors.ts'

/** A text as a file in a folder of its own, readable by its owner alone. */
export async function textFile(name: string, text: string): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'dealbridge-')), name)
  await writeFile(path, text, { mode: 0o600 })
  return path
}

/** The editor that a person has chosen, else what every system has. Null where nobody sits at a terminal, and none is chosen. */
export function chosenEditor(
  env: NodeJS.ProcessEnv = process.env,
  atTerminal = process.stdin.isTTY === true,
): string | null {
  const usual = process.platform === 'win32' ? 'notepad' : 'vi'
  return env.VISUAL || env.EDITOR || (atTerminal ? usual : null)
}

/** Opens a file in an editor, and returns what is in it when the editor has ended. Throws UserError (exit code 1). */
export async function editFile(editor: string, path: string): Promise<string> {
  // An editor may come with flags of its own, so a shell takes it apart; what it draws is no data.
  const file = process.platform === 'win32' ? '"%FILE_TO_EDIT%"' : '"$FILE_TO_EDIT"'
  const child = spawn(`${editor} ${file}`, {
    shell: true,
    stdio: ['inherit', process.stdout.isTTY ? 'inherit' : 2, 'inherit'],
    env: { ...process.env, FILE_TO_EDIT: path },
  })
  try {
    const [code] = await once(child, 'exit')
    if (code !== 0) throw new Error(`it ended with ${code ?? 'a signal'}`)
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new UserError({
      code: 'EDITOR_FAILED',
      message: `The editor (${editor}) did not work: ${messageOf(cause)}. Nothing was changed.`,
      hints: [`Set EDITOR to one that you have. What was typed so far is in ${path}.`],
      cause,
    })
  }
}
