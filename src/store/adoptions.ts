import type { DbTime } from '../core/db-time.ts'
import type { Observation } from '../core/observation.ts'
import type { Db, Tx } from './database.ts'
import { json } from './json.ts'

/** A project of a user's own in which a route lets deals lie. `agreed`: a person said that what lay there is to enter. */
export type Adoption = { readonly project: string; readonly agreed: boolean }

export async function adoptionsOf(sql: Db | Tx, routeId: string): Promise<Adoption[]> {
  return sql<Adoption[]>`
    select project, agreed from adoption where route_id = ${routeId} order by project`
}

/** Projects of which a person said that what lay there before enters. */
export async function agreedAdoptions(sql: Db | Tx, routeId: string): Promise<ReadonlySet<string>> {
  const agreed = (await adoptionsOf(sql, routeId)).filter((one) => one.agreed)
  return new Set(agreed.map(({ project }) => project))
}

/** What lies in it from before is to be set aside, once it is seen. */
export async function beginAdoption(
  tx: Tx,
  given: { readonly routeId: string; readonly connectionId: string; readonly project: string },
): Promise<void> {
  await tx`
    insert into adoption (route_id, connection_id, project)
    values (${given.routeId}, ${given.connectionId}, ${given.project}) on conflict do nothing`
}

/** A route that has taken a project, and let it go before anything of its was put there, takes it anew. */
export async function endAdoption(tx: Tx, routeId: string, project: string): Promise<void> {
  await tx`
    delete from adoption where route_id = ${routeId} and project = ${project} and not exists (
      select from container c where c.route_id = ${routeId} and c.remote_id = ${project})`
}

/** What lies in a project enters with the next complete look. How many tasks that are. */
export async function agreeToAdoption(tx: Tx, routeId: string, project: string): Promise<number> {
  await tx`update adoption set agreed = true where route_id = ${routeId} and project = ${project}`
  const rows = await tx`
    delete from set_aside where route_id = ${routeId} and project = ${project} returning remote_id`
  return rows.length
}

/**
 * Sets aside what a look shows of projects that a route has just taken: open tasks that lie there in no section of ours, carry no
 * marker, and are in no pair of the route.
 * What its user has moved out of such a project since, brought in, or ended, is set aside no more.
 */
export async function takeStock(
  tx: Tx,
  connectionId: string,
  observations: readonly Observation[],
): Promise<void> {
  const taken = await tx<{ projects: string[] | null }[]>`
    select array_agg(distinct project) as projects from adoption where connection_id = ${connectionId}`
  const projects = taken[0]?.projects ?? null
  if (projects === null) return
  await letGo(tx, connectionId, observations)
  const here = observations.flatMap((one) => {
    if (one.kind !== 'present' || one.seen.task.completed || one.seen.marker !== null) return []
    const { container, task } = one.seen
    if (task.list === null || !projects.includes(task.list)) return []
    return [{ remoteId: one.remoteId, project: task.list, container, title: task.title }]
  })
  if (here.length === 0) return
  await tx`
    insert into set_aside (route_id, connection_id, project, remote_id, title)
    select a.route_id, a.connection_id, a.project, r."remoteId", r.title
    from jsonb_to_recordset(${json(tx, here)}) as r("remoteId" text, project text, container text, title text)
    join adoption a on a.connection_id = ${connectionId} and a.project = r.project and not a.agreed
      and (a.counted_at is null or exists (
        select from set_aside s where s.route_id = a.route_id and s.remote_id = r."remoteId"))
    where not exists (
        select from container c where c.route_id = a.route_id and c.remote_id = r.container and c.remote_id <> a.project)
      and not exists (
        select from pair_member m
        where m.route_id = a.route_id and m.connection_id = ${connectionId} and m.remote_id = r."remoteId")
    order by a.route_id, r."remoteId"
    on conflict (route_id, remote_id) do update set title = excluded.title, project = excluded.project
      where (set_aside.title, set_aside.project) is distinct from (excluded.title, excluded.project)`
}

async function letGo(tx: Tx, connectionId: string, observations: readonly Observation[]): Promise<void> {
  const seen = observations.flatMap((one) => {
    if (one.kind === 'gone') return [{ remoteId: one.remoteId, project: null }]
    if (one.kind !== 'present') return []
    const { completed, list } = one.seen.task
    return [{ remoteId: one.remoteId, project: completed ? null : list }]
  })
  if (seen.length === 0) return
  await tx`
    with over as (
      select s.route_id, s.remote_id
      from set_aside s join jsonb_to_recordset(${json(tx, seen)}) as r("remoteId" text, project text)
        on s.remote_id = r."remoteId"
      where s.connection_id = ${connectionId} and (
      r.project is distinct from s.project or exists (
        select from pair_member m
        where m.route_id = s.route_id and m.connection_id = s.connection_id and m.remote_id = s.remote_id))
      order by 1, 2 for update of s)
    delete from set_aside s using over where s.route_id = over.route_id and s.remote_id = over.remote_id`
}

/** A complete walk has ended that began then: it has seen all that lay in projects that were taken before. */
export async function endStock(tx: Tx, connectionId: string, walkStartedAt: DbTime): Promise<void> {
  await tx`
    update adoption set counted_at = clock()
    where connection_id = ${connectionId} and counted_at is null and since < ${walkStartedAt}`
}

/** For each task that a route has set aside (remote id) the project in which it lies. */
export async function setAsideOf(
  sql: Db | Tx,
  routeId: string,
  connectionId: string,
): Promise<ReadonlyMap<string, string>> {
  const rows = await sql<{ remoteId: string; project: string }[]>`
    select s.remote_id as "remoteId", s.project from set_aside s
    join adoption a on a.route_id = s.route_id and a.project = s.project and not a.agreed
    where s.route_id = ${routeId} and s.connection_id = ${connectionId}`
  return new Map(rows.map(({ remoteId, project }) => [remoteId, project]))
}

/** Tasks that lay in a project before a route took it, and wait for a word of its user's. `title`: as last shown. */
export type SetAside = {
  readonly route: string
  readonly project: string
  readonly name: string
  readonly tasks: readonly { readonly id: string; readonly title: string }[]
}

export async function allSetAside(sql: Db | Tx): Promise<SetAside[]> {
  return sql<SetAside[]>`
    select r.name as route, s.project, coalesce(n.name, s.project) as name,
      jsonb_agg(jsonb_build_object('id', s.remote_id, 'title', s.title) order by s.title, s.remote_id) as tasks
    from set_aside s
    join adoption a on a.route_id = s.route_id and a.project = s.project and not a.agreed
    join route r on r.id = s.route_id and r.removed_at is null
    left join list_name n on n.connection_id = s.connection_id and n.remote_id = s.project
    group by r.id, r.name, s.project, n.name order by r.name, name, s.project`
}
