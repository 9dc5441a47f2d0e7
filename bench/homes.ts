import { z } from 'zod'

/** Limits of one project of Todoist (reference todoist §14.1). */
const PER_PROJECT = { tasks: 300, sections: 20 } as const

const crm = z.object({
  deals: z.array(
    z.object({
      id: z.number(),
      name: z.string(),
      stageId: z.number(),
      status: z.string(),
      peopleIds: z.array(z.number()),
    }),
  ),
  tasks: z.array(z.object({ name: z.string(), personId: z.number(), isCompleted: z.number() })),
  pipelines: z.array(
    z.object({ name: z.string(), stages: z.array(z.object({ id: z.number(), name: z.string() })) }),
  ),
})

const app = z.object({
  items: z.array(
    z.object({
      content: z.string(),
      checked: z.boolean(),
      is_deleted: z.boolean(),
      project_id: z.string(),
      section_id: z.string().nullable(),
    }),
  ),
  sections: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      description: z.string().nullable(),
      project_id: z.string(),
      is_archived: z.boolean(),
      is_deleted: z.boolean(),
    }),
  ),
  projects: z.array(z.object({ id: z.string(), name: z.string(), is_deleted: z.boolean() })),
})

/** What is wrong with where the tasks of active deals with one person lie: by name of deal and stage alone. */
export function homeFailures(followUpBoss: unknown, todoist: unknown): string[] {
  const { deals, tasks, pipelines } = crm.parse(followUpBoss)
  const { items, sections, projects } = app.parse(todoist)
  const stages = new Map(
    pipelines.flatMap((pipeline) =>
      pipeline.stages.map(({ id, name }) => [id, { name, pipeline: pipeline.name }]),
    ),
  )
  const open = items.filter((item) => !item.is_deleted && !item.checked)
  const byTitle = new Map(open.map((item) => [item.content, item]))
  const byPerson = new Map(deals.map((deal) => [deal.peopleIds[0], deal]))
  const sectionById = new Map(sections.filter((one) => !one.is_deleted).map((one) => [one.id, one]))
  const projectById = new Map(projects.filter((one) => !one.is_deleted).map((one) => [one.id, one]))
  const astray = tasks.filter(({ name, personId, isCompleted }) => {
    const deal = byPerson.get(personId)
    const item = byTitle.get(name)
    if (isCompleted === 1 || deal === undefined || item === undefined) return false
    const section = sectionById.get(item.section_id ?? '')
    const project = projectById.get(item.project_id)?.name ?? ''
    const stage = stages.get(deal.stageId)
    const named = [stage?.name ?? '?', `${stage?.pipeline} · ${stage?.name}`]
    const inProject = named.some((name) => project === name || project.startsWith(`${name} · `))
    return section?.description?.includes(`deal:${deal.id}`) !== true || !inProject
  })
  const over = [...projectById.values()].filter(({ id }) => {
    const tasksIn = open.filter((item) => item.project_id === id).length
    const sectionsIn = [...sectionById.values()].filter(
      (one) => one.project_id === id && !one.is_archived,
    ).length
    return tasksIn > PER_PROJECT.tasks || sectionsIn > PER_PROJECT.sections
  })
  const marks = [...sectionById.values()].map((one) => one.description ?? '')
  return [
    ...(astray.length > 0 ? [`${astray.length} tasks do not lie in the section of their deal`] : []),
    ...(over.length > 0 ? [`${over.length} projects are over the limits`] : []),
    ...(new Set(marks).size < marks.length ? ['a deal has two sections of one part'] : []),
  ]
}
