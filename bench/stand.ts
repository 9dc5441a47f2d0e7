import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { Product } from './product.ts'
import { PROGRAMS, type Running, startProgram, stopProgram } from './programs.ts'
import type { RequestCounts } from './result.ts'
import { followUpBossTasks, type SideTask, todoistTasks } from './side-tasks.ts'
import { Simulated } from './simulated.ts'

const call = promisify(execFile)

/** What both services are told that sign their deliveries, and the product too. */
export const SECRETS = { followUpBoss: 'bench-system-key', todoist: 'bench-client-secret' } as const

/** Projects that Todoist allows on its paid plans. */
const PROJECTS = 300

export interface StandOptions {
  /** Open tasks of the Follow Up Boss user; Todoist is empty. */
  tasks: number
  /** Active deals in twelve stages, whose people's the tasks are. */
  deals?: number | undefined
  seed: number
  webhooks?: boolean
  /** Between two polls of each service; the product's own where it is left out. */
  pollSeconds?: number | undefined
  /** Puts the data folder on a file system of its own, in memory, of so many MB. Throws NoSmallDisk where that cannot be. */
  diskMb?: number
  /** More that is configured, e.g. `RECONCILE_INTERVAL_SECONDS`. */
  environment?: Readonly<Record<string, string>>
  signal: AbortSignal
  /** Says how far it is. */
  tell: (line: string) => void
}

/** Two simulated accounts and a Dealbridge that is configured for them and not yet started. */
export interface Stand extends Pick<StandOptions, 'signal' | 'tell'> {
  readonly followUpBoss: Simulated
  readonly todoist: Simulated
  readonly product: Product
  /** Of the product. */
  readonly dataDir: string
  /** What both accounts hold now. */
  tasks(): Promise<Record<'Follow Up Boss' | 'Todoist', SideTask[]>>
  /** What both services have had to answer so far. */
  requests(): Promise<Record<'follow-up-boss' | 'todoist', RequestCounts>>
}

/** A file system of a given size could not be had; the message says why. */
export class NoSmallDisk extends Error {
  override readonly name = 'NoSmallDisk'
}

async function mountSmallDisk(folder: string, mb: number): Promise<void> {
  try {
    await call('mount', ['-t', 'tmpfs', '-o', `size=${mb}m,mode=755`, 'tmpfs', folder])
  } catch {
    throw new NoSmallDisk('for it takes the right to mount a file system in memory (Linux, as root)')
  }
}

/** Runs something on a stand of its own. Afterwards nothing of it is left, whatever happened. */
export async function onStand<T>(options: StandOptions, run: (stand: Stand) => Promise<T>): Promise<T> {
  // The embedded Postgres may run as another user, who has to get here: not everybody's temp folder is open.
  const dataDir = await mkdtemp('/tmp/dealbridge-bench-')
  await chmod(dataDir, 0o755)
  let simulators: Running | undefined
  let product: Product | undefined
  try {
    if (options.diskMb !== undefined) await mountSmallDisk(dataDir, options.diskMb)
    const deals = options.deals === undefined ? [] : ['--deals', String(options.deals)]
    simulators = startSimulators('--data', String(options.tasks), ...deals, '--seed', String(options.seed))
    const { followUpBoss, todoist } = await addressesOf(simulators)
    // As a plan for business has it.
    if (options.deals !== undefined) await todoist.set({ projects: PROJECTS })
    product = new Product(dataDir, configuration(options, followUpBoss.url, todoist.url), options.signal)
    return await run({
      signal: options.signal,
      tell: options.tell,
      followUpBoss,
      todoist,
      product,
      dataDir,
      tasks: async () => ({
        'Follow Up Boss': followUpBossTasks(await followUpBoss.state()),
        Todoist: todoistTasks(await todoist.state()),
      }),
      requests: async () => ({
        'follow-up-boss': await followUpBoss.requests(),
        todoist: await todoist.requests(),
      }),
    })
  } catch (error) {
    const said = product?.logTail(30) ?? ''
    if (!options.signal.aborted && said !== '') options.tell(`The last lines of dealbridge start:\n${said}`)
    throw error
  } finally {
    await product?.stop()
    if (simulators !== undefined) await stopProgram(simulators, 5_000)
    if (options.diskMb !== undefined) await call('umount', ['-l', dataDir]).catch(() => {})
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** Both simulators alone, on free ports, with these options more. */
export function startSimulators(...content: string[]): Running {
  const ports = ['--fub-port', '0', '--todoist-port', '0']
  return startProgram([PROGRAMS.simulators, ...ports, ...content], { stdio: ['ignore', 'ignore', 'pipe'] })
}

/** The simulators say on stderr where they answer, once they do. */
export async function addressesOf(
  simulators: Running,
): Promise<{ followUpBoss: Simulated; todoist: Simulated }> {
  const { stderr } = simulators.process
  if (stderr === null) throw new Error('the simulators have no stderr')
  return new Promise((resolve, reject) => {
    const urls: string[] = []
    createInterface({ input: stderr }).on('line', (line) => {
      const url = /API (http:\/\/[^/]+)/.exec(line)?.[1]
      if (url === undefined) process.stderr.write(`simulators: ${line}\n`)
      else urls.push(url)
      const [fub, todoist] = urls
      if (fub !== undefined && todoist !== undefined)
        resolve({ followUpBoss: new Simulated(fub), todoist: new Simulated(todoist) })
    })
    simulators.ended.then((end) => reject(new Error(`the simulators ended (${end})`)), reject)
  })
}

function configuration(
  { webhooks, pollSeconds, environment }: StandOptions,
  fubUrl: string,
  todoistUrl: string,
) {
  return {
    FUB_BASE_URL: `${fubUrl}/v1`,
    FUB_API_KEY: 'bench-owner',
    FUB_SYSTEM_NAME: 'Dealbridge bench',
    FUB_SYSTEM_KEY: SECRETS.followUpBoss,
    FUB_USE_WEBHOOKS: String(webhooks === true),
    TODOIST_BASE_URL: todoistUrl,
    TODOIST_API_TOKEN: 'bench-token',
    TODOIST_USE_WEBHOOKS: String(webhooks === true),
    TODOIST_WEBHOOK_SECRET: SECRETS.todoist,
    API_PORT: '0',
    LOG_FORMAT: 'json',
    NO_COLOR: '1',
    ...(pollSeconds === undefined
      ? {}
      : {
          FUB_POLL_INTERVAL_SECONDS: String(pollSeconds),
          TODOIST_POLL_INTERVAL_SECONDS: String(pollSeconds),
        }),
    ...environment,
  }
}
