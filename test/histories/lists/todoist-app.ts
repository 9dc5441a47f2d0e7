import type { Caller, TodoistItem } from '../services/users.ts'
import type { Place } from './pairs.ts'
import type { Change, Draft, SeenTask, UserApp } from './side.ts'
import { instant, labelValues, noteLines, strayLines, tokenIn, withNotes } from './values.ts'

type Item = TodoistItem & { readonly duration?: { readonly amount: number } | null }

/** Todoist's user. `projects`: the ids of its lists. */
export function todoistApp(user: Caller, projects: () => Readonly<Record<Place, string>>): UserApp {
  const items = async () => {
    const { body } = await user.call<{ items: Item[] }>('GET', '/__sim/state')
    return body.items.filter((item) => !item.is_deleted)
  }
  const one = async (id: string) => (await items()).find((item) => item.id === id)
  const post = async (path: string, body: Readonly<Record<string, unknown>> = {}) => {
    await user.call('POST', `/api/v1/tasks${path}`, body)
  }
  return {
    async tasks() {
      const all = await items()
      const tokens = new Map(all.map((item) => [item.id, tokenIn(item.content)]))
      const places = new Map(Object.entries(projects()).map(([place, id]) => [id, place as Place]))
      return all.flatMap((item) => {
        const list = places.get(item.project_id)
        return list === undefined ? [] : [seenOf(item, list, tokens)]
      })
    },
    add: ({ title, notes, due, priority, labels, list, parent }: Draft) =>
      post('', {
        content: title,
        description: notes,
        ...dueBody(due),
        priority: 5 - (priority ?? 4),
        labels,
        ...(parent === null ? { project_id: projects()[list] } : { parent_id: parent }),
      }),
    async change(id, { title, notes, due, priority, label }: Change) {
      const item = await one(id)
      if (item === undefined) return
      const without = label === undefined ? [] : item.labels.filter((name) => name !== label.name)
      await post(`/${id}`, {
        ...(title === undefined ? {} : { content: title }),
        ...(notes === undefined ? {} : { description: withNotes(item.description, notes) }),
        ...(due === undefined ? {} : dueBody(due)),
        ...(priority === undefined ? {} : { priority: 5 - (priority ?? 4) }),
        ...(label === undefined ? {} : { labels: label.on ? [...without, label.name] : without }),
      })
    },
    complete: (id) => post(`/${id}/close`),
    reopen: (id) => post(`/${id}/reopen`),
    async remove(id) {
      await user.call('DELETE', `/api/v1/tasks/${id}`)
    },
    move: (id, to) => post(`/${id}/move`, { project_id: projects()[to] }),
    async putBelow(id, parent) {
      const item = await one(id)
      if (item === undefined) return
      await post(`/${id}/move`, parent === null ? { project_id: item.project_id } : { parent_id: parent })
    },
    // A length is of a task that has a time.
    decorate: (id, value) =>
      post(`/${id}`, { duration: 1 + Math.floor(value * 100), duration_unit: 'minute' }),
  }
}

function seenOf(item: Item, list: Place, tokens: ReadonlyMap<string, string>): SeenTask {
  const { id, content, description, priority, checked, parent_id, labels, due, duration } = item
  return {
    id,
    token: tokenIn(content),
    repeats: due?.is_recurring === true,
    own: duration ? [`duration ${duration.amount}`] : [],
    stray: strayLines(description),
    values: {
      title: content,
      notes: noteLines(description),
      due: due === null ? null : dueWords(due),
      priority: priority === 1 ? null : 5 - priority,
      completed: checked,
      list,
      parent: (parent_id === null ? null : tokens.get(parent_id)) ?? null,
      ...labelValues(labels),
    },
  }
}

function dueWords({ date, timezone }: { date: string; timezone: string | null }): string {
  if (/^\d{4}-\d\d-\d\d$/u.test(date)) return date
  if (timezone === null && !date.endsWith('Z')) return `${date.replace(/\.\d+$/u, '')} floating`
  return instant(date)
}

function dueBody(due: string | null): Readonly<Record<string, unknown>> {
  if (due === null) return { due_string: 'no date' }
  if (!due.includes('T')) return { due_date: due }
  return { due_datetime: due.replace(' floating', '') }
}
