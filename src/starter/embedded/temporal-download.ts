import { execFile } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { chmod, copyFile, mkdtemp, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { z } from 'zod'
import { messageOf } from '../../config/errors.ts'

const run = promisify(execFile)

/** The address that @temporalio/testing downloads from (its Rust core, ephemeral_server). */
const VENDOR = 'https://temporal.download/cli'

/** Where the network is closed this should fail in seconds: there is another way to try. */
const ANSWER_TIMEOUT_MS = 5_000
const ARCHIVE_TIMEOUT_MS = 120_000

const platforms: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'darwin',
  linux: 'linux',
  win32: 'windows',
}
const architectures: Partial<Record<NodeJS.Architecture, string>> = { x64: 'amd64', arm64: 'arm64' }

const archiveFacts = z.object({ archiveUrl: z.url(), fileToExtract: z.string().min(1) })

/** Fetches the vendor's archive of one version and puts its program at `target`, complete or not at all. */
export async function downloadTemporal(options: {
  version: string
  target: string
  vendor?: string
  signal?: AbortSignal | undefined
}): Promise<void> {
  const { version, target, vendor = VENDOR } = options
  const platform = platforms[process.platform]
  const arch = architectures[process.arch]
  if (platform === undefined || arch === undefined)
    throw new Error(`not offered for ${process.platform} ${process.arch}`)
  const question = `${vendor}/v${version}?arch=${arch}&platform=${platform}&format=tar.gz`
  const answer = await get(question, ANSWER_TIMEOUT_MS, options.signal)
  const { archiveUrl, fileToExtract } = archiveFacts.parse(await answer.json())
  const folder = await mkdtemp(join(dirname(target), 'download-'))
  try {
    const archive = join(folder, 'archive.tar.gz')
    const body = (await get(archiveUrl, ARCHIVE_TIMEOUT_MS, options.signal)).body
    if (body === null) throw new Error(`${archiveUrl} answered without a body`)
    await pipeline(Readable.fromWeb(body), createWriteStream(archive))
    await run('tar', ['-xzf', archive, '-C', folder, fileToExtract])
    await moveProgram(join(folder, fileToExtract), target)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Moves a program into place so that others see all of it or nothing, across file systems too. */
export async function moveProgram(from: string, target: string): Promise<void> {
  const half = `${target}.${process.pid}`
  await copyFile(from, half)
  await chmod(half, 0o755)
  await rename(half, target)
}

async function get(url: string, timeoutMs: number, stop: AbortSignal | undefined): Promise<Response> {
  let response: Response
  try {
    const timeout = AbortSignal.timeout(timeoutMs)
    response = await fetch(url, { signal: stop === undefined ? timeout : AbortSignal.any([timeout, stop]) })
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? `: ${messageOf(error.cause)}` : ''
    throw new Error(`${new URL(url).host} cannot be reached (${messageOf(error)}${cause})`)
  }
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  return response
}
