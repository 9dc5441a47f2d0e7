import type { Due } from '../../../src/core/due.ts'
import { LocalRefusal } from '../../../src/core/local-refusal.ts'
import type { LocalTask } from '../../../src/core/local-task.ts'
import type { Db } from '../../../src/store/database.ts'
import { inTransaction } from '../../../src/store/database.ts'
import { asUser } from '../../../src/store/local/as-user.ts'
import { addTask, changeTask, type TaskChange } from '../../../src/store/local/change-task.ts'
import { deleteTask } from '../../../src/store/local/delete-task.ts'
import { TASK_COLUMNS } from '../../../src/store/local/task-rows.ts'
import type { LocalWriting } from '../../../src/store/local/writing.ts'
import type { Place } from './pairs.ts'
import type { Change, Draft, SeenTask, UserApp } from './side.ts'
import { labelValues, noteLines, recorded, strayLines, tokenIn } from './values.ts'

const PLAIN = { place: () => null, token: () => null }

/** Who uses our own tasks. `lists`: the ids of its lists. */
export function localApp(db: Db, lists: () => Readonly<Record<Place, string>>): UserApp {
  /** What our own store refuses, a user cannot do. */
  const act = async (work: (writing: LocalWriting) => Promise<unknown>) => {
    try {
      await inTransaction(db, (tx) => asUser(tx, work))
    } catch (error) {
      if (!(error instanceof LocalRefusal)) throw error
    }
  }
  const all = () =>
    db<LocalTask[]>`select ${db.unsafe(TASK_COLUMNS)} from task where deleted_at is null order by nth`
  const change = (id: string, given: TaskChange) => act((writing) => changeTask(writing, id, given))
  const one = async (id: string) => (await all()).find((task) => task.id === id)
  return {
    async tasks() {
      const tasks = await all()
      const tokens = new Map(tasks.map(({ id, title }) => [id, tokenIn(title)]))
      const places = new Map(Object.entries(lists()).map(([place, id]) => [id, place as Place]))
      return tasks.flatMap((task) => {
        const list = places.get(task.list)
        return list === undefined ? [] : [seenOf(task, list, tokens)]
      })
    },
    add: ({ title, notes, due, priority, labels, list, parent, value, token }: Draft) =>
      act((writing) =>
        addTask(writing, {
          title,
          notes,
          due: dueOf(due),
          priority: priority as LocalTask['priority'],
          labels: [...labels].sort(),
          ...(parent === null ? { list: lists()[list] } : { parent }),
          extra: { of: token, n: Math.floor(value * 1000) },
        }),
      ),
    async change(id, { title, notes, due, priority, label }: Change) {
      const task = await one(id)
      if (task === undefined) return
      const without = label === undefined ? [] : task.labels.filter((name) => name !== label.name)
      await change(id, {
        content: {
          ...(title === undefined ? {} : { title }),
          ...(notes === undefined ? {} : { notes }),
          ...(due === undefined ? {} : { due: dueOf(due) }),
          ...(priority === undefined ? {} : { priority: priority as LocalTask['priority'] }),
          ...(label === undefined ? {} : { labels: (label.on ? [...without, label.name] : without).sort() }),
        },
      })
    },
    complete: (id) => change(id, { content: { status: 'done' } }),
    reopen: (id) => change(id, { content: { status: 'open' } }),
    remove: (id) => act((writing) => deleteTask(writing, id)),
    move: (id, to) => change(id, { place: { list: lists()[to] } }),
    putBelow: (id, parent) => change(id, { place: { parent } }),
    async decorate(id, value) {
      const task = await one(id)
      if (task !== undefined)
        await change(id, { content: { extra: { ...task.extra, n: Math.floor(value * 1000) } } })
    },
  }
}

function seenOf(task: LocalTask, list: Place, tokens: ReadonlyMap<string, string>): SeenTask {
  const { id, title, notes, due, priority, status, parent, labels, extra } = task
  return {
    id,
    token: tokenIn(title),
    repeats: false,
    own: [`extra ${JSON.stringify(Object.entries(extra).sort())}`],
    stray: strayLines(notes),
    values: {
      title,
      notes: noteLines(notes),
      due: recorded('due', due, PLAIN) as string | null,
      priority,
      completed: status === 'done',
      list,
      parent: (parent === null ? null : tokens.get(parent)) ?? null,
      ...labelValues(labels),
    },
  }
}

function dueOf(words: string | null): Due | null {
  if (words === null) return null
  const [day = '', time] = words.split('T')
  if (time === undefined) return { kind: 'day', day }
  if (time.endsWith(' floating')) return { kind: 'floating', day, time: time.slice(0, 8) }
  return { kind: 'fixed', at: words, zone: 'Europe/Berlin' }
}
