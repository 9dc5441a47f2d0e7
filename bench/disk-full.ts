import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Comparison, compareSides } from './compare.ts'
import type { Outage } from './outage.ts'
import { look } from './sight.ts'
import { NoSmallDisk, onStand, SECRETS, type Stand, type StandOptions } from './stand.ts'
import { UserAtWork } from './user-at-work.ts'

/** Enough for an embedded Postgres and Temporal, and soon filled. */
const DISK_MB = 400
const CHUNK = Buffer.alloc(1024 * 1024)

type Options = Pick<StandOptions, 'seed' | 'signal' | 'tell'> & { size: number; seconds: number }

/** `found`: undefined where it could not be tried. */
export interface FullDisk {
  outages: Outage[]
  found?: Comparison
  notes: string[]
}

/**
 * The disk of the data folder, with the embedded Postgres and Temporal, full for a while; then there is room again. It is a
 * file system in memory, which takes the right to mount one.
 */
export async function diskFull(options: Options): Promise<FullDisk> {
  const stand = { ...options, tasks: options.size, webhooks: true, pollSeconds: 1, diskMb: DISK_MB }
  try {
    return await onStand(stand, (open) => fillAndFree(open, options))
  } catch (error) {
    if (!(error instanceof NoSmallDisk)) throw error
    return { outages: [], notes: [`disk full: not tried, ${error.message}`] }
  }
}

async function fillAndFree(stand: Stand, { seconds, signal }: Options): Promise<FullDisk> {
  const { product, followUpBoss, todoist, tell } = stand
  tell('starting Dealbridge on a small disk')
  const { addresses } = await product.start('--yes')
  const api = addresses.api ?? ''
  await followUpBoss.announceTo(`${api}/webhook/follow-up-boss`, SECRETS.followUpBoss)
  await todoist.announceTo(`${api}/webhook/todoist`, SECRETS.todoist)
  await product.settled()
  const user = await UserAtWork.at(stand)
  tell(`the disk is full for ${seconds} s`)
  const began = Date.now()
  const filler = join(stand.dataDir, 'filler')
  await fill(filler)
  const until = Date.now() + seconds * 1_000
  await user.work()
  await pause(Math.max(0, until - Date.now() - 3_000), undefined, { signal })
  // What was freed meanwhile, by a server that died, is filled too.
  await fill(filler)
  const during = await look(product, api)
  await pause(Math.max(0, until - Date.now()), undefined, { signal })
  await rm(filler)
  const back = Date.now()
  // One that has ended for good is started again, as a person would.
  if (product.hasEnded()) {
    tell('dealbridge start has ended; it is started again')
    await product.start('--yes')
  }
  await user.arrived()
  await product.settled()
  const after = await look(product, product.run()?.addresses.api ?? '')
  return {
    outages: [{ part: 'disk', awayMs: back - began, during, after, settledAfterMs: Date.now() - back }],
    found: compareSides(user.expected(), await stand.tasks()),
    notes: [],
  }
}

/** Writes until nothing more fits. */
async function fill(path: string): Promise<void> {
  const file = await open(path, 'a')
  try {
    for (let chunk = CHUNK; chunk.length > 0; )
      try {
        await file.write(chunk)
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
        chunk = chunk.subarray(0, Math.floor(chunk.length / 2))
      }
  } finally {
    await file.close()
  }
}
