import { roomOf } from '../../core/homes.ts'
import type { Home } from '../../core/stage-homes.ts'
import { type ContainerRow, containersOfRoute, lockGeneral } from '../../store/containers.ts'
import type { Tx } from '../../store/database.ts'
import { openTasksIn } from '../../store/mirror.ts'
import { plannedInContainers } from '../../store/ops.ts'
import type { RouteContext, RouteSide } from '../route-context.ts'
import type { RouteDeals } from '../route-deals.ts'
import { addProject, type Ground, generalName, misnamedIn, projectsOf } from './stage-projects.ts'

/**
 * The lists of a route's stages, for an app without sections: each holds the tasks of all deals of its stage. One list is enough for a
 * stage but where the account tells how many tasks a list takes. Who plans a change of them holds them alone, until the transaction ends.
 */
export class StageLists {
  readonly #ground: Ground
  readonly #rows: ContainerRow[]
  /** Open tasks by list, those on their way too; none are counted where there is no limit. */
  readonly #tasks: Map<string, number>
  readonly #general: readonly ContainerRow[]
  readonly #room: number

  private constructor(
    ground: Ground,
    { rows, general }: { readonly rows: ContainerRow[]; readonly general: readonly ContainerRow[] },
    tasks: Map<string, number>,
    room: number,
  ) {
    this.#ground = ground
    this.#rows = rows
    this.#general = general
    this.#tasks = tasks
    this.#room = room
  }

  static async open(tx: Tx, route: RouteContext, deals: RouteDeals, side: RouteSide): Promise<StageLists> {
    const general = await lockGeneral(tx, route.route.id)
    const rows = (await containersOfRoute(tx, route.route.id)).filter(({ role }) => role === 'stage')
    const room = roomOfList(side)
    const tasks = room === Number.POSITIVE_INFINITY ? new Map() : await tasksIn(tx, side, rows)
    return new StageLists({ tx, route, deals, side }, { rows, general }, tasks, room)
  }

  /** The lists of a home, the first one first. */
  of(home: Home): ContainerRow[] {
    return projectsOf(this.#rows, home.key)
  }

  /** The list into which one more task of a deal goes, written down where there is none with room. */
  async place(dealId: string): Promise<ContainerRow> {
    const home = this.#ground.deals.homeOf(dealId)
    if (home === null) throw new Error(`deal ${dealId} has no home of its own`)
    const lists = this.of(home)
    const free = lists.find(({ id, state }) => state === 'active' && this.#open(id) < this.#room)
    const list = free ?? (await this.#add(home, lists))
    this.#tasks.set(list.id, this.#open(list.id) + 1)
    return list
  }

  /** Lists of a home, and of General, that are not called as they are to be. */
  misnamed(home: Home | null): { readonly project: ContainerRow; readonly name: string }[] {
    const others = this.#ground.deals.stageHomes.filter(({ key }) => key !== home?.key)
    return [
      ...[...(home === null ? [] : [home]), ...others].flatMap((one) => misnamedIn(this.of(one), one.name)),
      ...misnamedIn(this.#general, generalName(this.#ground.route)),
    ]
  }

  #open(id: string): number {
    return this.#tasks.get(id) ?? 0
  }

  /** Above those that its user has taken away, too: what becomes of them is for him to say. */
  async #add(home: Home, lists: readonly ContainerRow[]): Promise<ContainerRow> {
    const row = await addProject(this.#ground, home, (lists.at(-1)?.shard ?? 0) + 1, lists)
    this.#rows.push(row)
    return row
  }
}

/** So many tasks we put into one list; no end where the account tells no limit. */
export function roomOfList({ connection, provider }: RouteSide): number {
  const { tasksPerProject } = connection.facts?.limits ?? {}
  if (tasksPerProject === undefined && provider.containers?.kinds.includes('section') !== true)
    return Number.POSITIVE_INFINITY
  return roomOf({ sectionsPerProject: 1, tasksPerProject: tasksPerProject ?? DEFAULT_TASKS }).tasks
}

/** Where an account with sections does not tell its limits (reference todoist §14.1). */
const DEFAULT_TASKS = 300

async function tasksIn(tx: Tx, side: RouteSide, rows: readonly ContainerRow[]): Promise<Map<string, number>> {
  const open = await openTasksIn(
    tx,
    side.connection.id,
    rows.flatMap(({ remoteId }) => remoteId ?? []),
  )
  const planned = await plannedInContainers(
    tx,
    rows.map(({ id }) => id),
  )
  return new Map(
    rows.map(({ id, remoteId }) => [id, (open.get(remoteId ?? '') ?? 0) + (planned.get(id) ?? 0)]),
  )
}
