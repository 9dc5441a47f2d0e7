import { renderPage } from '../kit/page.ts'

const SCRIPT = `{
  dueHint: '2026-03-05, tomorrow 14:30, every monday',
  known: new Map(),
  async command(type, args) {
    const uuid = 'page-' + Date.now() + '-' + Math.random()
    const answer = await api('POST', '/api/v1/sync', { commands: [{ type, uuid, temp_id: uuid, args }] })
    const status = answer.sync_status[uuid]
    if (status !== 'ok') throw new Error(status.error + ' ' + JSON.stringify(status.error_extra))
  },
  place(id) {
    const [kind, value] = id.split(':')
    return kind === 'section' ? { section_id: value } : { project_id: value }
  },
  dueText(due) {
    if (!due) return ''
    if (due.is_recurring) return due.string
    if (due.date.length === 10) return due.date
    if (!due.date.endsWith('Z')) return due.date.slice(0, 16).replace('T', ' ')
    return new Date(due.date).toLocaleString('sv', { timeZone: due.timezone }).slice(0, 16)
  },
  row(item) {
    const due = this.dueText(item.due)
    const detail = [
      item.parent_id ? 'sub-task' : '', item.priority > 1 ? 'p' + (5 - item.priority) : '',
      item.due && item.due.is_recurring ? 'next ' + item.due.date.slice(0, 16).replace('T', ' ') : '',
      item.due && item.due.timezone ? item.due.timezone : '', ...item.labels.map((name) => '@' + name),
    ].filter((part) => part !== '').join(' · ')
    const row = { id: item.id, title: item.content, due, done: item.checked, detail, zone: item.due && item.due.timezone }
    this.known.set(item.id, row)
    return row
  },
  async load(search) {
    const all = await api('POST', '/api/v1/sync', { sync_token: '*', resource_types: ['items', 'projects', 'sections'] })
    const now = Date.now()
    const span = '?since=' + new Date(now - 7 * 864e5).toISOString() + '&until=' + new Date(now + 864e5).toISOString()
    const finished = await api('GET', '/api/v1/tasks/completed/by_completion_date' + span + '&limit=50')
    this.known.clear()
    const wanted = (item) => item.content.toLowerCase().includes(search.toLowerCase())
    const open = all.items.filter(wanted).sort((a, b) => a.child_order - b.child_order)
    const shown = [...open.slice(0, 400), ...finished.items.filter(wanted)]
    const groups = []
    const targets = []
    const projects = all.projects.sort((a, b) => a.child_order - b.child_order)
    for (const project of projects) {
      const inProject = shown.filter((item) => item.project_id === project.id)
      const sections = all.sections.filter((each) => each.project_id === project.id).sort((a, b) => a.section_order - b.section_order)
      const ids = new Set(sections.map((each) => each.id))
      const add = (id, title, items, choices = []) => {
        targets.push({ id, label: title })
        if (items.length > 0 || (search === '' && !id.startsWith('section')))
          groups.push({ id, title, detail: String(items.filter((item) => !item.checked).length), choices, tasks: items.map((item) => this.row(item)) })
      }
      add('project:' + project.id, project.name, inProject.filter((item) => !ids.has(item.section_id)))
      for (const section of sections)
        add('section:' + section.id, project.name + ' / ' + section.name, inProject.filter((item) => item.section_id === section.id), [{
          id: section.id, label: 'Section in', value: project.id,
          options: [...projects.map(({ id, name }) => ({ id, label: name })), { id: 'archive', label: '(archive it)' }, { id: 'delete', label: '(delete it)' }],
        }])
    }
    const note = all.items.length + ' open tasks' + (open.length > 400 ? ', the first 400 shown' : '')
    return { note, groups, targets }
  },
  due(text, zone) { return text.trim() === '' ? null : zone ? { string: text, timezone: zone } : { string: text } },
  async add(target, title, due) { await this.command('item_add', { content: title, ...this.place(target), ...(due === '' ? {} : { due: this.due(due) }) }) },
  async edit(id, title, due, changed) {
    const { zone } = this.known.get(id)
    await this.command('item_update', { id, ...(changed.title ? { content: title } : {}), ...(changed.due ? { due: this.due(due, zone) } : {}) })
  },
  async setDone(id, done) { await this.command(done ? 'item_close' : 'item_uncomplete', { id }) },
  async move(id, target) { await this.command('item_move', { id, ...this.place(target) }) },
  async choose(id, value) {
    if (value === 'archive') await this.command('section_archive', { id })
    else if (value === 'delete') { if (confirm('Delete the section and its tasks?')) await this.command('section_delete', { id }) }
    else await this.command('section_move', { id, project_id: value })
  },
  async remove(id) { await this.command('item_delete', { id }) },
}`

/** The page to play the Todoist user. */
export function todoistPage(): string {
  return renderPage({
    title: 'Todoist',
    subtitle: 'Tasks by project and section, as its owner sees them.',
    accent: '#b8442f',
    script: SCRIPT,
  })
}
