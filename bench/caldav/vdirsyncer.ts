import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PYTHON, pythonPackages } from '../../test/support/python-packages.ts'
import { type CalDavAccount, LIST, PASSWORD } from './account.ts'

/** vdirsyncer between two accounts, as its user has it: a configuration, `discover` once, then `sync` now and then. */
export class Vdirsyncer {
  readonly #folder: string
  readonly #packages: string
  readonly #signal: AbortSignal

  private constructor(folder: string, packages: string, signal: AbortSignal) {
    this.#folder = folder
    this.#packages = packages
    this.#signal = signal
  }

  /** With a status of its own in this folder. */
  static async between(
    [left, right]: readonly [CalDavAccount, CalDavAccount],
    place: { readonly folder: string; readonly serverUrl: string; readonly signal: AbortSignal },
  ): Promise<Vdirsyncer> {
    const { folder, serverUrl, signal } = place
    await mkdir(folder, { recursive: true })
    await writeFile(
      join(folder, 'config'),
      [
        `[general]\nstatus_path = "${join(folder, 'status')}"`,
        `[pair bench]\na = "left"\nb = "right"\ncollections = [["${LIST}", "${LIST}", "${LIST}"]]\nconflict_resolution = "a wins"`,
        storageText('left', left, serverUrl),
        storageText('right', right, serverUrl),
        '',
      ].join('\n\n'),
    )
    const program = new Vdirsyncer(folder, await pythonPackages('vdirsyncer'), signal)
    await program.run('discover')
    return program
  }

  /** One command to its end; its seconds. It says what it does only where it fails: a line for each task takes time. */
  async run(...words: string[]): Promise<number> {
    const logPath = join(this.#folder, 'log')
    const log = openSync(logPath, 'w')
    const began = performance.now()
    const child = spawn(PYTHON, ['-m', 'vdirsyncer', '-v', 'WARNING', ...words], {
      env: { ...process.env, PYTHONPATH: this.#packages, VDIRSYNCER_CONFIG: join(this.#folder, 'config') },
      stdio: ['ignore', log, log],
      signal: this.#signal,
    })
    closeSync(log)
    const [code] = await once(child, 'exit')
    const seconds = (performance.now() - began) / 1_000
    if (code !== 0)
      throw new Error(`vdirsyncer ${words.join(' ')} ended with ${code}:\n${await readFile(logPath, 'utf8')}`)
    return seconds
  }
}

/**
 * With `item_types` it asks for the etags of a list by a query, which Radicale answers in half the time of the PROPFIND that
 * it sends without.
 */
function storageText(name: string, { username }: CalDavAccount, serverUrl: string): string {
  return [
    `[storage ${name}]`,
    'type = "caldav"',
    `url = "${serverUrl}/${username}/"`,
    `username = "${username}"`,
    `password = "${PASSWORD}"`,
    'item_types = ["VTODO"]',
  ].join('\n')
}
