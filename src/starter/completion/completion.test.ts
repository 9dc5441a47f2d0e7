import { execFile, spawnSync } from 'node:child_process'
import { chmod, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { buildProgram } from '../program.ts'
import { bashCompletion } from './bash.ts'
import { type CommandNode, commandNodes } from './command-tree.ts'
import { fishCompletion } from './fish.ts'
import { zshCompletion } from './zsh.ts'

const run = promisify(execFile)
const has = (shell: string) => spawnSync(shell, ['--version']).status === 0

let nodes: CommandNode[]
let folder: string

beforeAll(async () => {
  nodes = commandNodes(await buildProgram(['completion', 'bash'], () => undefined))
  folder = await mkdtemp(join(tmpdir(), 'dealbridge-completion-'))
  // In place of the command, which would ask the record.
  const command = join(folder, 'dealbridge')
  await writeFile(
    command,
    '#!/bin/sh\n[ "$3" = routes ] && printf "main\\nmy route\\n" || printf "work\\n"\n',
  )
  await chmod(command, 0o755)
})

describe('the command tree', () => {
  it('has every command with its options, and nothing that is hidden', () => {
    const paths = nodes.map(({ path }) => path)
    expect(paths).toEqual(
      expect.arrayContaining(['', 'route', 'route edit', 'connect add', 'tasks lists add', 'completion']),
    )
    expect(paths).not.toContain('completion names')
    expect(nodes.find(({ path }) => path === 'status')?.options.map(({ flag }) => flag)).toEqual(
      expect.arrayContaining(['--json', '--watch', '--help']),
    )
  })
})

describe.runIf(has('bash'))('completion in bash', () => {
  /** What bash offers for the last of these words. */
  async function offered(...words: string[]): Promise<string[]> {
    const script = `${bashCompletion(nodes)}
COMP_WORDS=(dealbridge ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}
_dealbridge
printf '%s\\n' "\${COMPREPLY[@]}"`
    const { stdout, stderr } = await run('bash', ['--norc', '-c', script], {
      env: { ...process.env, PATH: `${folder}:${process.env.PATH}` },
    })
    expect(stderr).toBe('')
    return stdout.split('\n').filter((line) => line !== '')
  }

  it('offers commands, then theirs, then options', async () => {
    expect(await offered('con')).toEqual(['conflicts', 'connect'])
    expect(await offered('route', 'pa')).toEqual(['pause'])
    expect(await offered('--debug', 'route', 'resume', 'main', '--o')).toEqual(['--once'])
    expect(await offered('nothing-of-the-kind', 'x')).toEqual([])
  })

  it('offers the values of an option', async () => {
    expect(await offered('map', 'add', '--direction', 'to')).toEqual(['toLeft', 'toRight'])
  })

  it('offers names from the record, escaped as they are typed', async () => {
    expect(await offered('route', 'pause', 'm')).toEqual(['main', 'my\\ route'])
    expect(await offered('undo', '--route', 'ma')).toEqual(['main'])
    expect(await offered('connect', 'retry', '')).toEqual(expect.arrayContaining(['work', '--json']))
    expect(await offered('connect', 'add', '')).not.toContain('work')
  })
})

it.runIf(has('zsh'))('the script for zsh is one', async () => {
  await writeFile(join(folder, '_dealbridge'), zshCompletion(nodes))
  expect((await run('zsh', ['-n', join(folder, '_dealbridge')])).stderr).toBe('')
})

it.runIf(has('fish'))('the script for fish is one', async () => {
  await writeFile(join(folder, 'dealbridge.fish'), fishCompletion(nodes))
  expect((await run('fish', ['--no-execute', join(folder, 'dealbridge.fish')])).stderr).toBe('')
})

it('scripts for zsh and fish know every command', () => {
  for (const script of [zshCompletion(nodes), fishCompletion(nodes)])
    for (const { path } of nodes.filter((one) => one.path !== '')) expect(script).toContain(`' ${path}'`)
})
