import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startGuard } from './guard.ts'
import { PYTHON, pythonPackages } from './python-packages.ts'

/** A real CalDAV server on this machine, in a folder of its own. */
export type CalDavServer = {
  readonly url: string
  /** Where the server keeps its users' collections. */
  readonly storage: string
  /** Who may sign in, by their passwords. Xandikos leaves that to the proxy in front of it: `X-Remote-User`. */
  setUsers(users: Readonly<Record<string, string>>): Promise<void>
  /** Another server, on a copy of all that this one holds now. */
  copy(): Promise<CalDavServer>
  close(): Promise<void>
}

export type ServerKind = 'radicale' | 'xandikos'

const START_MS = 30_000
/** Runs the module that its first argument names, as `-m` does. Neither server has a setting for it. */
const WITHOUT_SYNC =
  'import os, runpy, sys; os.fsync = lambda _: None; del sys.argv[0]; runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)'

/**
 * Starts one; whoever does so closes it. `from`: a folder whose content it begins with. `log`: a file into which Radicale
 * writes every request and how long it took. `durable`: false gives up safety against power loss for speed, which is half
 * of what a PUT costs.
 */
export async function startCalDav(
  kind: ServerKind,
  {
    from,
    log: logFile,
    durable = true,
  }: { readonly from?: string; readonly log?: string; readonly durable?: boolean } = {},
): Promise<CalDavServer> {
  const packages = await pythonPackages()
  const folder = await mkdtemp(join(tmpdir(), `dealbridge-${kind}-`))
  const guard = startGuard(folder)
  const storage = join(folder, 'storage')
  await mkdir(storage)
  if (from !== undefined) await cp(from, storage, { recursive: true })
  const users = join(folder, 'users')
  await writeFile(users, '')
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const log: string[] = []
  const output = logFile === undefined ? null : openSync(logFile, 'a')
  const place = { folder, storage, users, port, logs: logFile !== undefined }
  const args = await argumentsOf(kind, place)
  const child = spawn(PYTHON, durable ? ['-m', kind, ...args] : ['-c', WITHOUT_SYNC, kind, ...args], {
    env: { ...process.env, PYTHONPATH: packages, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['ignore', 'ignore', output ?? 'pipe'],
    detached: true,
  })
  if (output !== null) closeSync(output)
  child.stderr?.setEncoding('utf8').on('data', (text: string) => log.push(text))
  if (child.pid !== undefined) guard.watch(child.pid)
  const close = async () => {
    await stop(child)
    await rm(folder, { recursive: true, force: true })
    guard.dismiss()
  }
  try {
    await answering(url, child)
  } catch (cause) {
    await close()
    throw new Error(`${kind} did not start: ${log.join('').trim().split('\n').at(-1) ?? ''}`, { cause })
  }
  return {
    url,
    storage,
    setUsers: (all) =>
      writeFile(
        users,
        Object.entries(all)
          .map(([name, password]) => `${name}:${password}\n`)
          .join(''),
      ),
    copy: () => startCalDav(kind, { from: storage, durable }),
    close,
  }
}

type Place = {
  readonly folder: string
  readonly storage: string
  readonly users: string
  readonly port: number
  readonly logs: boolean
}

async function argumentsOf(
  kind: ServerKind,
  { folder, storage, users, port, logs }: Place,
): Promise<string[]> {
  switch (kind) {
    case 'radicale': {
      const config = join(folder, 'config')
      await writeFile(
        config,
        [
          `[server]\nhosts = 127.0.0.1:${port}`,
          `[auth]\ntype = htpasswd\nhtpasswd_filename = ${users}\nhtpasswd_encryption = plain\ndelay = 0`,
          `[rights]\ntype = owner_only`,
          `[storage]\nfilesystem_folder = ${storage}`,
          `[web]\ntype = none`,
          `[logging]\nlevel = ${logs ? 'info' : 'error'}`,
        ].join('\n'),
      )
      return ['--config', config]
    }
    case 'xandikos':
      return [
        ...['multi-user', '-d', storage, '--state-dir', join(folder, 'state')],
        ...['-l', '127.0.0.1', '-p', String(port), '--trust-x-remote-user-from', '127.0.0.1'],
      ]
  }
}

/** Neither server can be told to choose one and to say which. */
async function freePort(): Promise<number> {
  const probe = createServer()
  probe.listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}

async function answering(url: string, child: ChildProcess): Promise<void> {
  const until = Date.now() + START_MS
  for (;;) {
    if (child.exitCode !== null) throw new Error(`The server has ended with ${child.exitCode}`)
    try {
      await fetch(url, { signal: AbortSignal.timeout(5_000) })
      return
    } catch (error) {
      if (Date.now() > until) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const ended = once(child, 'exit')
  // The group: the server may have made children of its own.
  process.kill(-child.pid, 'SIGKILL')
  await ended
}
