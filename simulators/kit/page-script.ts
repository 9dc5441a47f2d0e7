import { PAGE_CHOICES } from './page-choices.ts'

/** Browser code of the shell: `start(service)`, `api(…)`. See `PagePart.script` for what a service gives. */
export const PAGE_SCRIPT = `
const find = (id) => document.getElementById(id)
async function api(method, path, body, headers) {
  const form = typeof body === 'string'
  const response = await fetch(path, {
    method,
    headers: {
      'x-sim-actor': 'user',
      ...(body === undefined ? {} : { 'content-type': form ? 'application/x-www-form-urlencoded' : 'application/json' }),
      ...headers,
    },
    body: body === undefined ? undefined : form ? body : JSON.stringify(body),
  })
  const text = await response.text()
  let value = null
  try { value = text === '' ? null : JSON.parse(text) } catch { value = text }
  if (!response.ok) throw new Error((value && (value.errorMessage || value.error)) || method + ' ' + path + ': ' + response.status)
  return value
}
function element(tag, props, ...children) {
  const made = Object.assign(document.createElement(tag), props)
  made.append(...children)
  return made
}
${PAGE_CHOICES}
function start(service) {
  let version = -1
  let targets = []
  const rows = new Map()
  async function act(work) {
    find('problem').hidden = true
    try { await work() } catch (error) {
      find('problem').textContent = error.message
      find('problem').hidden = false
    }
    version = -1
    await refresh()
  }
  const choose = (id, value) => act(() => service.choose(id, value))
  function makeRow(task) {
    const check = element('input', { type: 'checkbox', ariaLabel: 'Completed' })
    const title = element('input', { className: 'title', ariaLabel: 'Title' })
    const due = element('input', { className: 'due', ariaLabel: 'Due', placeholder: 'no date' })
    const detail = element('small')
    const more = choiceBox(choose)
    const remove = element('button', { className: 'remove', textContent: '\\u00d7', title: 'Delete', ariaLabel: 'Delete' })
    const node = element('div', { className: 'task' }, check, title, due, detail, more.box)
    const row = { node, task }
    check.onchange = () => act(() => service.setDone(row.task.id, check.checked))
    const save = () => {
      const changed = { title: title.value !== row.task.title, due: due.value !== row.task.due }
      if (changed.title || changed.due) act(() => service.edit(row.task.id, title.value, due.value, changed))
    }
    for (const field of [title, due]) {
      field.onchange = save
      field.onkeydown = (event) => {
        if (event.key === 'Enter') field.blur()
        if (event.key === 'Escape') { title.value = row.task.title; due.value = row.task.due; field.blur() }
      }
    }
    if (service.move) {
      const where = element('select', { ariaLabel: 'Move to' })
      where.onchange = () => act(() => service.move(row.task.id, where.value))
      node.append(where)
      row.where = where
    }
    remove.onclick = () => { if (confirm('Delete "' + row.task.title + '"?')) act(() => service.remove(row.task.id)) }
    node.append(remove)
    row.show = (shown, groupId) => {
      row.task = shown
      const typing = document.activeElement
      check.checked = shown.done
      if (typing !== title) title.value = shown.title
      if (typing !== due) due.value = shown.due
      due.title = service.dueHint
      detail.textContent = shown.detail || ''
      node.classList.toggle('done', shown.done)
      node.classList.toggle('late', !shown.done && shown.due !== '' && shown.due.slice(0, 10) < new Date().toLocaleDateString('sv'))
      more.show(shown.choices || [])
      if (row.where && typing !== row.where) fillOptions(row.where, targets, groupId)
    }
    return row
  }
  function place(parent, nodes) {
    const wanted = new Set(nodes)
    for (const child of [...parent.children]) if (!wanted.has(child)) child.remove()
    nodes.forEach((node, index) => { if (parent.children[index] !== node) parent.insertBefore(node, parent.children[index] || null) })
  }
  const sections = new Map()
  function show(view) {
    find('note').textContent = view.note || ''
    targets = view.targets
    const add = find('add-target')
    const chosen = add.value
    fillOptions(add, targets, targets.some((target) => String(target.id) === chosen) ? chosen : undefined)
    const seen = new Set()
    const nodes = view.groups.map((group) => {
      const id = String(group.id)
      let section = sections.get(id)
      if (!section) {
        const head = element('h2')
        const name = element('span')
        const detail = element('small')
        const more = choiceBox(choose)
        head.append(name, detail, more.box)
        const list = element('div')
        section = { node: element('section', {}, head, list), name, detail, more, list }
        sections.set(id, section)
      }
      section.name.textContent = group.title + ' '
      section.detail.textContent = group.detail || ''
      section.more.show(group.choices || [])
      place(section.list, group.tasks.map((task) => {
        const key = String(task.id)
        seen.add(key)
        if (!rows.has(key)) rows.set(key, makeRow(task))
        const row = rows.get(key)
        row.show(task, group.id)
        return row.node
      }))
      return section.node
    })
    for (const key of rows.keys()) if (!seen.has(key)) rows.delete(key)
    place(find('groups'), nodes.length > 0 ? nodes : [element('p', { className: 'empty', textContent: 'Nothing here.' })])
  }
  let busy = false
  let again = false
  async function refresh() {
    if (busy) { again = true; return }
    busy = true
    try {
      const now = (await api('GET', '/__sim/version')).version
      if (now !== version) {
        show(await service.load(find('search').value.trim()))
        version = now
      }
    } catch (error) {
      find('note').textContent = '(' + error.message + ')'
    }
    busy = false
    if (again) { again = false; version = -1; await refresh() }
  }
  find('add-due').placeholder = service.dueHint
  find('add').onsubmit = (event) => {
    event.preventDefault()
    const title = find('add-title').value
    const due = find('add-due').value
    find('add-title').value = ''
    act(() => service.add(find('add-target').value, title, due))
  }
  let typing
  find('search').oninput = () => { clearTimeout(typing); typing = setTimeout(() => { version = -1; refresh() }, 200) }
  refresh()
  setInterval(refresh, 1000)
}
`
