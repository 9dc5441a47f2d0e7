import { compaction, type Occupant } from '../../core/compaction.ts'
import { DEFAULT_DEALS } from '../../core/deal-policy.ts'
import { groupBy } from '../../core/group-by.ts'
import { fits, nextTask, type Room, roomOf, type Shard, sectionsFor } from '../../core/homes.ts'
import { dealMarker } from '../../core/marker.ts'
import type { Home } from '../../core/stage-homes.ts'
import {
  addContainer,
  type ContainerRow,
  changeContainer,
  containersOfRoute,
  lockGeneral,
} from '../../store/containers.ts'
import type { Tx } from '../../store/database.ts'
import { noteNewHome } from '../../store/deal-homes.ts'
import { type HomeOp, homeOpsOfRoute } from '../../store/home-ops.ts'
import { openTasksByContainer } from '../../store/mirror.ts'
import { plannedInContainers } from '../../store/ops.ts'
import { factsOf } from '../../store/people.ts'
import { sectionLink } from '../deals/section-link.ts'
import type { RouteContext, RouteSide } from '../route-context.ts'
import type { RouteDeals } from '../route-deals.ts'
import { nameOfDeal } from './deal-name.ts'
import { addProject, type Ground, generalName, misnamedIn, projectsOf } from './stage-projects.ts'

/** Where the account does not tell its limits (reference todoist §14.1). */
const DEFAULT_LIMITS = { sectionsPerProject: 20, tasksPerProject: 300 } as const

/**
 * The projects of a route's stages and the sections of its deals in them, counted. Who plans a change of them holds them
 * alone, until the transaction ends.
 */
export class Sections {
  readonly #ground: Ground
  readonly #rows: ContainerRow[]
  readonly #general: readonly ContainerRow[]
  /** Open tasks by container, those on their way too. */
  readonly #tasks: Map<string, number>
  readonly #underWay: readonly HomeOp[]
  readonly #room: Room

  private constructor(
    ground: Ground,
    {
      rows,
      general,
      underWay,
    }: {
      readonly rows: ContainerRow[]
      readonly general: readonly ContainerRow[]
      readonly underWay: readonly HomeOp[]
    },
    tasks: Map<string, number>,
  ) {
    this.#ground = ground
    this.#rows = rows
    this.#general = general
    this.#underWay = underWay
    this.#tasks = tasks
    const limits = ground.side.connection.facts?.limits
    this.#room = roomOf({
      sectionsPerProject: limits?.sectionsPerProject ?? DEFAULT_LIMITS.sectionsPerProject,
      tasksPerProject: limits?.tasksPerProject ?? DEFAULT_LIMITS.tasksPerProject,
    })
  }

  static async open(tx: Tx, route: RouteContext, deals: RouteDeals, side: RouteSide): Promise<Sections> {
    const general = await lockGeneral(tx, route.route.id)
    const rows = (await containersOfRoute(tx, route.route.id)).filter(
      ({ role }) => role === 'stage' || role === 'deal',
    )
    const remoteIds = rows.flatMap(({ remoteId }) => remoteId ?? [])
    const open = await openTasksByContainer(tx, side.connection.id, remoteIds)
    const planned = await plannedInContainers(
      tx,
      rows.map(({ id }) => id),
    )
    const underWay = await homeOpsOfRoute(tx, route.route.id)
    // Those that its user had there before take up room, though nobody has a picture of them.
    const aside = groupBy([...side.scope.setAside.values()], (project) => project)
    const tasks = rows.map(({ id, remoteId }) => {
      const there = (open.get(remoteId ?? '') ?? 0) + (aside.get(remoteId ?? '')?.length ?? 0)
      return [id, there + (planned.get(id) ?? 0)] as const
    })
    return new Sections({ tx, route, deals, side }, { rows, general, underWay }, new Map(tasks))
  }

  /** The sections of a deal, the first one first. */
  of(dealId: string): ContainerRow[] {
    return this.#rows
      .filter(({ role, subject }) => role === 'deal' && subject === dealId)
      .sort((a, b) => a.shard - b.shard)
  }

  byId(id: string | null): ContainerRow | null {
    return this.#rows.find((row) => row.id === id) ?? null
  }

  openIn(id: string): number {
    return this.#tasks.get(id) ?? 0
  }

  /**
   * The section into which one more task of a deal goes, written down where there is none with room. Null where its section
   * has to be seen to first: it is in the archive, or its project has become too full for it.
   */
  async place(dealId: string): Promise<ContainerRow | null> {
    const home = this.#home(dealId)
    await this.#takeElsewhere(dealId, home)
    // A section that its user has taken away is for a person to decide about; what comes meanwhile gets another one.
    const own = this.of(dealId).filter((row) => this.#isOurs(row))
    if (own.some((row) => row.putAway || this.#isLeaving(row))) return null
    const section =
      own.length === 0 ? await this.#firstSection(dealId, home) : await this.#nextSection(dealId, home, own)
    if (section !== null) this.#tasks.set(section.id, this.openIn(section.id) + 1)
    return section
  }

  /** The section of a deal that has no task yet, written down and to be made. */
  async begin(dealId: string): Promise<ContainerRow> {
    const home = this.#home(dealId)
    await this.#takeElsewhere(dealId, home)
    const unmade = this.of(dealId).find((row) => row.remoteId === null && this.#isOurs(row))
    return unmade ?? this.#firstSection(dealId, home)
  }

  #home(dealId: string): Home {
    const home = this.#ground.deals.homeOf(dealId)
    if (home === null) throw new Error(`deal ${dealId} has no home of its own`)
    return home
  }

  async #firstSection(dealId: string, home: Home): Promise<ContainerRow> {
    const [first] = sectionsFor(this.#shards(home.key), this.#room, 1)
    return this.#addSection(dealId, home, first?.shard ?? 1)
  }

  /** A section that its project did not take any more, when it was to be made there, is made in another one. */
  async #takeElsewhere(dealId: string, home: Home): Promise<void> {
    for (const section of this.of(dealId)) {
      if (section.remoteId !== null || this.byId(section.parentId)?.state !== 'full') continue
      const project = await this.room(home, Math.max(1, this.openIn(section.id)), null)
      const moved = { ...section, parentId: project.id }
      await changeContainer(this.#ground.tx, section.id, { parentId: project.id })
      this.#rows.splice(this.#rows.indexOf(section), 1, moved)
    }
  }

  #isOurs(section: ContainerRow): boolean {
    if (this.hiddenWith(section) !== null) return false
    return section.putAway || section.state === 'active' || section.state === 'full'
  }

  /** What its user has done with the project in which a section lies, and with the section so; null where that is there. */
  hiddenWith(section: ContainerRow): 'archived' | 'gone' | null {
    const state = this.byId(section.parentId)?.state
    return state === 'archived' || state === 'gone' ? state : null
  }

  async #nextSection(dealId: string, home: Home, own: readonly ContainerRow[]): Promise<ContainerRow | null> {
    // On its way to another stage it takes tasks where it is: the move makes room for all of them.
    const [part] = own
    if (part !== undefined && this.byId(part.parentId)?.subject !== home.key) return part
    const sections = own.map((row) => ({
      part: row.shard,
      shard: this.byId(row.parentId)?.shard ?? 0,
      tasks: this.openIn(row.id),
    }))
    const next = nextTask(sections, this.#shards(home.key), this.#room)
    switch (next.kind) {
      case 'in':
        return own.find(({ shard }) => shard === next.part) ?? null
      case 'move':
        return null
      case 'new':
        return this.#addSection(dealId, home, next.shard)
    }
  }

  /** A project of a home with room for a section of so many tasks, but not this one; written down where there is none. */
  async room(home: Home, tasks: number, not: ContainerRow | null): Promise<ContainerRow> {
    const need = Math.min(tasks, this.#room.tasks)
    const shards = this.#shards(home.key).map((shard) =>
      not?.subject === home.key && shard.number === not.shard ? { ...shard, state: 'full' as const } : shard,
    )
    const [first] = sectionsFor(shards, this.#room, need)
    return this.#shard(home, first?.shard ?? 1)
  }

  /**
   * Whether the project of a section has become too full: for one more of its tasks, and others are in the way; or for the
   * section itself, where that comes out of the archive.
   */
  isCrowded(section: ContainerRow): boolean {
    const parent = this.byId(section.parentId)
    const shard = this.#shards(parent?.subject ?? '').find(({ number }) => number === parent?.shard)
    if (shard === undefined) return false
    const tasks = this.openIn(section.id)
    if (section.putAway)
      return !fits(shard, this.#room, { sections: 1, tasks: Math.min(tasks, this.#room.tasks) })
    const next = nextTask([{ part: section.shard, shard: shard.number, tasks }], [shard], this.#room)
    return next.kind === 'move'
  }

  /** The project into which a section goes so that the last one of its home, nearly empty, can be given up; else null. */
  roomFor(section: ContainerRow): ContainerRow | null {
    const parent = this.byId(section.parentId)
    if (parent === null) return null
    const { moves } = this.#compaction(parent.subject)
    const to = moves.find(({ id }) => id === section.id)?.to
    return this.#projects(parent.subject).find(({ shard }) => shard === to) ?? null
  }

  /** Projects above the first in which nothing is, and which nobody needs. */
  emptyProjects(): ContainerRow[] {
    const keys = [...new Set(this.#rows.flatMap(({ role, subject }) => (role === 'stage' ? subject : [])))]
    return keys.flatMap((key) => {
      const { gone } = this.#compaction(key)
      return this.#projects(key).filter(
        ({ id, shard, remoteId }) =>
          remoteId !== null && gone.includes(shard) && !this.#holdsArchived(id) && !this.#isBusy(id),
      )
    })
  }

  #isBusy(container: string): boolean {
    return this.#underWay.some((op) => op.containerId === container)
  }

  /** It is about to go into the archive: nothing is put there any more. */
  #isLeaving({ id }: ContainerRow): boolean {
    return this.#underWay.some(
      ({ containerId, change }) =>
        containerId === id && (change.kind === 'remove' || change.kind === 'archive'),
    )
  }

  /** Sections on their way into a project from another one. */
  #arrivingAt(project: ContainerRow): ContainerRow[] {
    return this.#underWay.flatMap(({ containerId, change }) => {
      const section = change.kind === 'move' && change.to === project.id ? this.byId(containerId) : null
      return section === null || section.parentId === project.id ? [] : [section]
    })
  }

  /** Sections that wait in its archive come back into it. */
  #holdsArchived(project: string): boolean {
    return this.#rows.some(
      ({ role, parentId, putAway }) => role === 'deal' && parentId === project && putAway,
    )
  }

  /** Projects of this home, of every other one, and of General, that are not called as they are to be; those that their user has named keep that. */
  misnamed(home: Home | null): { readonly project: ContainerRow; readonly name: string }[] {
    const others = this.#ground.deals.stageHomes.filter(({ key }) => key !== home?.key)
    return [
      ...[...(home === null ? [] : [home]), ...others].flatMap(({ key, name }) =>
        misnamedIn(this.#projects(key), name),
      ),
      ...misnamedIn(this.#general, generalName(this.#ground.route)),
    ]
  }

  /** The projects that stages have not had yet, written down; those that their user has already are there. */
  async missingProjects(): Promise<ContainerRow[]> {
    const missing = this.#ground.deals.stageHomes.filter(
      ({ key, name }) => name !== null && this.#projects(key).length === 0,
    )
    const made: ContainerRow[] = []
    for (const home of missing) made.push(await this.#shard(home, 1))
    return made
  }

  /** The name that a deal's section is to have. */
  async nameOf(dealId: string): Promise<string> {
    const { tx, deals, route } = this.#ground
    const { fields } = route.policy.deals ?? DEFAULT_DEALS
    const deal = deals.book.deals.get(dealId)
    const [first] = deal?.people ?? []
    const known =
      first === undefined ? null : await factsOf(tx, route.sides[deals.side].connection.id, [first.id])
    return nameOfDeal(dealId, deal, fields, deals.property(dealId), known?.get(first?.id ?? '') ?? null)
  }

  /** The line in the description of a deal's section. */
  linkOf(dealId: string): string | null {
    return sectionLink({ role: 'deal', subject: dealId }, this.#ground.route)
  }

  #projects(key: string): ContainerRow[] {
    return projectsOf(this.#rows, key)
  }

  #shards(key: string): Shard[] {
    return this.#projects(key).map((row) => {
      const inside = [...this.#sectionsIn(row), ...this.#arrivingAt(row)]
      const open = row.state === 'active' ? (this.#isLeaving(row) ? 'full' : 'open') : null
      return {
        number: row.shard,
        sections: inside.length,
        tasks: inside.reduce((sum, one) => sum + this.openIn(one.id), this.openIn(row.id)),
        state: open ?? (row.state === 'gone' ? 'lost' : row.state === 'archived' ? 'archived' : 'full'),
      }
    })
  }

  #sectionsIn(project: ContainerRow): ContainerRow[] {
    return this.#rows.filter(
      ({ role, parentId, state, putAway }) =>
        role === 'deal' && parentId === project.id && !putAway && (state === 'active' || state === 'full'),
    )
  }

  #compaction(key: string) {
    const occupants = this.#projects(key).flatMap((project) =>
      this.#sectionsIn(project).map(
        ({ id }): Occupant => ({ id, shard: project.shard, sections: 1, tasks: this.openIn(id) }),
      ),
    )
    // One that was given up, or is not made yet, is no room that anything could be moved into.
    const made = this.#projects(key).flatMap(({ remoteId, shard }) => (remoteId === null ? [] : shard))
    const shards = this.#shards(key).filter(({ number }) => made.includes(number))
    return compaction(shards, occupants, this.#room)
  }

  async #shard(home: Home, number: number): Promise<ContainerRow> {
    const projects = this.#projects(home.key)
    const known = projects.find(({ shard }) => shard === number)
    if (known !== undefined) return known
    const row = await addProject(this.#ground, home, number, projects)
    this.#rows.push(row)
    return row
  }

  async #addSection(dealId: string, home: Home, shard: number): Promise<ContainerRow> {
    const { tx, route, deals, side } = this.#ground
    // Above those that its user has taken away, too.
    const part = 1 + Math.max(0, ...this.of(dealId).map((row) => row.shard))
    const parent = await this.#shard(home, shard)
    const row = await addContainer(tx, {
      routeId: route.route.id,
      connectionId: side.connection.id,
      role: 'deal',
      subject: dealId,
      shard: part,
      parentId: parent.id,
      name: await this.nameOf(dealId),
      marker: dealMarker({ id: dealId, part }),
      link: this.linkOf(dealId),
    })
    if (part === 1) await noteNewHome(tx, route.route.id, dealId, deals.book.seqOf(dealId))
    this.#rows.push(row)
    return row
  }
}
