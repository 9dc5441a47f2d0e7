import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Client, Connection } from '@temporalio/client'
import { workflowIds } from '../../src/config/temporal-names.ts'
import { pullNow } from '../../src/workflows/messages.ts'
import type { Product } from '../product.ts'
import { ProductRecord } from '../record.ts'
import { type CalDavAccount, LIST, PASSWORD } from './account.ts'

/** The bench says when to look: a poll in between would have done the work before the clock runs. */
const NEVER_S = '86400'
const LOOK_EVERY_MS = 20
const ROUTE = 'bench'

/** A running Dealbridge with a route between two CalDAV accounts, which was not begun yet. */
export class Dealbridge {
  readonly #product: Product
  readonly #record: ProductRecord
  readonly #client: Client
  readonly #connectionIds: readonly string[]
  readonly #signal: AbortSignal

  private constructor(
    product: Product,
    record: ProductRecord,
    client: Client,
    place: { readonly connectionIds: readonly string[]; readonly signal: AbortSignal },
  ) {
    this.#product = product
    this.#record = record
    this.#client = client
    this.#connectionIds = place.connectionIds
    this.#signal = place.signal
  }

  /** Connects both in a product that runs and has other accounts of its own, which are let go. */
  static async between(
    accounts: readonly [CalDavAccount, CalDavAccount],
    product: Product,
    place: { readonly folder: string; readonly serverUrl: string; readonly signal: AbortSignal },
  ): Promise<Dealbridge> {
    const addresses = product.run()?.addresses
    for (const name of ['follow-up-boss', 'todoist']) await product.command('connect', 'remove', name)
    for (const [nth, name] of (['left', 'right'] as const).entries()) {
      const credentials = join(place.folder, `${name}.json`)
      const username = accounts[nth]?.username
      await writeFile(credentials, JSON.stringify({ username, password: PASSWORD }))
      const options = ['--provider', 'caldav', '--url', place.serverUrl, '--credentials', credentials]
      await product.command('connect', 'add', name, ...options, '--poll', NEVER_S)
    }
    await product.command('route', 'add', ROUTE, 'left', 'right')
    await product.command('map', 'add', ROUTE, LIST, LIST)
    const record = new ProductRecord(addresses?.postgres ?? '')
    const connection = await Connection.connect({ address: addresses?.temporal ?? '' })
    return new Dealbridge(product, record, new Client({ connection }), {
      connectionIds: await record.connectionIds(),
      signal: place.signal,
    })
  }

  /** The first sync by command; its seconds. */
  async firstSync(): Promise<number> {
    return (await this.#product.command('sync-once', '--yes', '--json')).seconds
  }

  /** A look at both sides completely, and all that follows, by command; its seconds. */
  async syncOnce(): Promise<number> {
    return (await this.#product.command('sync-once', '--json')).seconds
  }

  /** What a poll does, on both sides at once: look at what changed, until everything is settled; its seconds. */
  async pass(): Promise<number> {
    const began = performance.now()
    await Promise.all(
      this.#connectionIds.map((id) =>
        this.#client.workflow
          .getHandle(workflowIds.connection(id))
          .executeUpdate(pullNow, { args: [{ mode: 'incremental' }] }),
      ),
    )
    while (!(await this.#record.isSettled())) await pause(LOOK_EVERY_MS, undefined, { signal: this.#signal })
    return (performance.now() - began) / 1_000
  }

  async close(): Promise<void> {
    await this.#record.close()
    await this.#client.connection.close()
  }
}
