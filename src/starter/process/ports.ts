import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { systemErrorCode, UserError } from '../../config/errors.ts'
import type { Log } from '../../config/log.ts'

const LOOPBACK = '127.0.0.1'

export interface PortRequest {
  dataDir: string
  /** Names the service in messages and in the data folder: `postgres`, `temporal`, ... */
  service: string
  /** The option that sets it, named in the error when the port is taken. */
  option: string
  /** What the option says; undefined lets us choose. */
  given?: number | undefined
  /** Tried before any free one when nothing is given or remembered. */
  preferred?: number | undefined
  log: Log
}

export interface ChosenPort {
  port: number
  /** False when the option gave it: then a failure to bind may not be answered with another port. */
  ours: boolean
}

/** The given port, else the one remembered in the data folder, else the preferred one, else any free one. */
export async function choosePort(request: PortRequest): Promise<ChosenPort> {
  const { given, service, option, log } = request
  if (given !== undefined) {
    await requireFreePort({ port: given, service, option })
    return { port: given, ours: false }
  }
  const remembered = await rememberedPort(request)
  if (remembered !== undefined) {
    if (await isPortFree(remembered)) return { port: remembered, ours: true }
    log.warn(
      { service, port: remembered },
      `port ${remembered} of ${service} is in use by another program, taking a free one`,
    )
  }
  const { preferred } = request
  const port = preferred !== undefined && (await isPortFree(preferred)) ? preferred : await freePort()
  return { port, ours: true }
}

/** Throws a `UserError` (exit code 2) that names the option when another program listens on the port. */
export async function requireFreePort(options: {
  port: number
  host?: string
  service: string
  option: string
}): Promise<void> {
  const { port, host, service, option } = options
  if (await isPortFree(port, host)) return
  throw new UserError({
    code: 'PORT_IN_USE',
    message: `Port ${port} for ${service} (${option}) is in use by another program.`,
    hints: [`End that program, or set ${option} to another port.`],
    exitCode: 2,
  })
}

/** Keeps a port that works, so that addresses stay the same over restarts. */
export async function rememberPort(
  request: { dataDir: string; service: string },
  port: number,
): Promise<void> {
  await mkdir(join(request.dataDir, 'ports'), { recursive: true })
  await writeFile(portFile(request), `${port}\n`)
}

export function isPortFree(port: number, host = LOOPBACK): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error) => {
      const code = systemErrorCode(error)
      if (code === 'EADDRINUSE' || code === 'EACCES') resolve(false)
      else reject(error)
    })
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)))
  })
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({ port: 0, host: LOOPBACK, exclusive: true }, () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}

async function rememberedPort(request: PortRequest): Promise<number | undefined> {
  try {
    const port = Number((await readFile(portFile(request), 'utf8')).trim())
    return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined
  } catch {
    return undefined
  }
}

function portFile(request: { dataDir: string; service: string }): string {
  return join(request.dataDir, 'ports', request.service)
}
