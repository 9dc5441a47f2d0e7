import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { systemErrorCode } from '../../config/errors.ts'

const run = promisify(execFile)

/** True while a process with this id exists, whoever owns it. A zombie no longer counts. */
export async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (systemErrorCode(error) !== 'EPERM') return false
  }
  const stat = await linuxStat(pid)
  return stat === undefined || (stat[0] !== 'Z' && stat[0] !== 'X')
}

/**
 * When the process began, as opaque text that is equal for the same process and differs for a later one that was
 * given the same id. Undefined when there is no such process.
 */
export async function startTimeOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const stat = await linuxStat(pid)
    // Field 22 of proc(5) stat: start time in clock ticks since boot; the list here begins at field 3.
    return stat?.[19] === undefined ? undefined : `${await bootId()}/${stat[19]}`
  }
  if (process.platform === 'win32') return (await isAlive(pid)) ? 'unknown' : undefined
  return psColumn(pid, 'lstart=')
}

/** The command line, words joined by spaces; undefined when it cannot be read. */
export async function commandOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const text = await readText(`/proc/${pid}/cmdline`)
    return text?.split('\0').join(' ').trim()
  }
  if (process.platform === 'win32') return undefined
  return psColumn(pid, 'command=')
}

/** One variable of a process's initial environment; undefined where the system does not tell (all but Linux). */
export async function environmentOf(pid: number, name: string): Promise<string | undefined> {
  const text = await readText(`/proc/${pid}/environ`)
  const entry = text?.split('\0').find((line) => line.startsWith(`${name}=`))
  return entry?.slice(name.length + 1)
}

async function linuxStat(pid: number): Promise<string[] | undefined> {
  const text = await readText(`/proc/${pid}/stat`)
  // The command name in parentheses may hold spaces and parentheses itself.
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')
}

/** Ticks since boot repeat after a reboot, and a data folder outlives one. */
async function bootId(): Promise<string> {
  return (await readText('/proc/sys/kernel/random/boot_id'))?.trim() ?? ''
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    return undefined
  }
}

async function psColumn(pid: number, column: string): Promise<string | undefined> {
  try {
    const { stdout } = await run('ps', ['-o', column, '-p', String(pid)])
    return stdout.trim() || undefined
  } catch {
    return undefined
  }
}
