import { renderPage } from '../kit/page.ts'

/** The page to play the FUB user: tasks by person, whom they are assigned to, and the stages of the person's deals. Due times are in the browser's time zone. */
export function fubPage(accountName: string): string {
  return renderPage({ title: 'Follow Up Boss', subtitle: accountName, accent: '#1f5fa8', script: SCRIPT })
}

/** The newest tasks that the page shows at most, in pages of 100. */
const SCRIPT = `(() => {
  const MOST_PAGES = 4
  const pad = (n) => String(n).padStart(2, '0')
  const shownDue = (task) => {
    if (!task.dueDateTime) return task.dueDate || ''
    const at = new Date(task.dueDateTime)
    return at.getFullYear() + '-' + pad(at.getMonth() + 1) + '-' + pad(at.getDate()) + ' ' + pad(at.getHours()) + ':' + pad(at.getMinutes())
  }
  const dueFields = (text) => {
    const due = text.trim()
    if (due === '') return { dueDate: null }
    if (/^\\d{4}-\\d\\d-\\d\\d$/.test(due)) return { dueDate: due }
    const at = new Date(due.replace(' ', 'T'))
    if (Number.isNaN(at.getTime())) throw new Error('Type a due date as 2026-03-05 or 2026-03-05 14:30.')
    return { dueDateTime: at.toISOString().slice(0, 19) + 'Z' }
  }
  async function pages(path, key, most) {
    const rows = []
    let next = ''
    for (let page = 0; page < most; page += 1) {
      const answer = await api('GET', path + (next ? '&next=' + encodeURIComponent(next) : ''))
      rows.push(...answer[key])
      next = answer._metadata.next
      if (!next || answer[key].length === 0) return { rows, total: answer._metadata.total }
      if (page === most - 1) return { rows, total: answer._metadata.total }
    }
  }
  async function dealsByPerson() {
    const pipelines = await pages('/v1/pipelines?limit=100', 'pipelines', 1)
    const options = pipelines.rows
      .sort((a, b) => a.orderWeight - b.orderWeight)
      .flatMap(({ name, stages }) => stages.map((stage) => ({ id: stage.id, label: name + ' \\u00b7 ' + stage.name })))
    const found = new Map()
    for (const deal of (await pages('/v1/deals?limit=100', 'deals', MOST_PAGES)).rows)
      for (const { id } of deal.people)
        found.set(id, [...(found.get(id) || []), { id: 'deal:' + deal.id, label: deal.name, value: deal.stageId, options }])
    return found
  }
  return {
    dueHint: '2026-03-05 14:30',
    async load(search) {
      const filter = search ? '&name=' + encodeURIComponent(search) : ''
      const { rows, total } = await pages('/v1/tasks?limit=100' + filter, 'tasks', MOST_PAGES)
      const people = await pages('/v1/people?limit=100&sort=name', 'people', 10)
      const names = new Map(people.rows.map((person) => [person.id, person]))
      const users = (await pages('/v1/users?limit=100', 'users', 1)).rows.map(({ id, name }) => ({ id, label: name }))
      const deals = await dealsByPerson()
      const groups = new Map()
      const groupOf = (id) => {
        const person = names.get(id)
        if (!groups.has(id))
          groups.set(id, {
            id,
            title: person ? person.name : id ? 'Person ' + id : 'No person',
            detail: person ? person.stage + ' \\u00b7 ' + person.assignedTo : '',
            choices: deals.get(id) || [],
            tasks: [],
          })
        return groups.get(id)
      }
      if (search === '') for (const id of deals.keys()) groupOf(id)
      for (const task of rows) {
        groupOf(task.personId).tasks.push({
          id: task.id,
          title: task.name,
          due: shownDue(task),
          done: task.isCompleted === 1,
          detail: task.type,
          choices: [{ id: 'task:' + task.id, label: 'Assigned to', value: task.assignedUserId, options: users }],
        })
      }
      const order = (a, b) => a.done - b.done || (a.due || '9').localeCompare(b.due || '9') || a.id - b.id
      for (const group of groups.values()) group.tasks.sort(order)
      return {
        note: '\\u00b7 ' + total + ' tasks' + (rows.length < total ? ', newest ' + rows.length + ' shown; search for others' : ''),
        groups: [...groups.values()].sort((a, b) => a.title.localeCompare(b.title)),
        targets: people.rows.map((person) => ({ id: person.id, label: person.name })),
      }
    },
    async add(personId, name, due) {
      const when = due.trim() ? dueFields(due) : {}
      await api('POST', '/v1/tasks', { personId: Number(personId), name, ...when })
    },
    async edit(id, name, due, changed) {
      await api('PUT', '/v1/tasks/' + id, { ...(changed.title ? { name } : {}), ...(changed.due ? dueFields(due) : {}) })
    },
    async choose(id, value) {
      const [kind, key] = id.split(':')
      if (kind === 'deal') await api('PUT', '/v1/deals/' + key, { stageId: Number(value) })
      else await api('PUT', '/v1/tasks/' + key, { assignedUserId: Number(value) })
    },
    async setDone(id, isCompleted) { await api('PUT', '/v1/tasks/' + id, { isCompleted }) },
    async remove(id) { await api('DELETE', '/v1/tasks/' + id) },
  }
})()`
