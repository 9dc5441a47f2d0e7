import type { SimAnswer } from '../../../simulators/kit/client.ts'
import { textWith } from './description.ts'
import type { Doings } from './doings.ts'
import type { KnownFault } from './known.ts'
import type { Edit, Event } from './script.ts'
import { NAMES, type Side } from './sides.ts'
import {
  type FubTask,
  fubTask,
  type Picture,
  pictureOf,
  type TodoistItem,
  todoistItem,
  tokenIn,
  type Users,
} from './users.ts'
import { type Field, fubValues, hintOf, same, todoistValues, type Values, withoutHint } from './values.ts'

const PERSON = 5001
const PEOPLE = 3
const TYPES = [
  'Call',
  'Email',
  'Showing',
  'Text',
  'Closing',
  'Follow Up',
  'Appointment',
  'Thank You',
  'Open House',
]
const TYPE_LABELS = ['call', 'email', 'showing', 'paperwork', 'follow-up', 'research']
const OWN_LABELS = ['Urgent', 'home', 'later', 'café']
/** What the product knows a task by: its marker, also with words typed behind it or before it, but none through it. */
const MARKER = /^dealbridge:.*follow-up-boss\/task\/\d/mu
const REPEATS = ['every day', 'every! 3 days', 'every monday']

/** Where users put tasks in Todoist. `general`: null while nobody has made it. */
export type Places = { readonly general: string | null; readonly other: string }

export type Stage = {
  readonly avoid: readonly KnownFault[]
  readonly users: Users
  readonly doings: Doings
  /** The number of the next event of all. */
  next(): number
  places(): Promise<Places>
  tell(line: string): void
}

type Create = Extract<Event, { do: 'create' }>

/** Several edits in the same second, each of one task on one side. */
export async function edit(stage: Stage, edits: readonly (Edit & { side: Side })[]): Promise<void> {
  for (const one of edits) {
    const picture = await pictureOf(stage.users)
    await (one.side === 'left' ? editLeft(stage, picture, one) : editRight(stage, picture, one))
  }
}

export async function create(stage: Stage, event: Create): Promise<void> {
  const { side, token, value } = event
  if (stage.doings.made.has(token)) return
  const person = PERSON + Math.floor(value * PEOPLE)
  if (side === 'left') {
    const due = dueOf(value)
    const body = {
      name: `${token} new`,
      personId: person,
      type: TYPES[Math.floor(value * 97) % TYPES.length],
      ...(due.kind === 'time'
        ? { dueDateTime: `${due.at}Z` }
        : due.kind === 'day'
          ? { dueDate: due.day }
          : {}),
    }
    const { body: made, status } = await stage.users.left.call<FubTask>('POST', '/v1/tasks', body)
    if (status >= 300) throw new Error(`a user's task was refused: ${JSON.stringify(made)}`)
    stage.doings.made.set(token, { side, hasPerson: true, parent: null, copied: false, bornOutside: false })
    note(stage, 'left', token, String(made.id), {}, fubValues(made))
    stage.tell(`${NAMES.left}: makes ${JSON.stringify(body)}`)
    return
  }
  await createRight(stage, event, person)
}

async function createRight(stage: Stage, event: Create, person: number): Promise<void> {
  const { token, value, how } = event
  const places = await stage.places()
  const picture = await pictureOf(stage.users)
  const source = event.of === undefined ? undefined : todoistItem(picture, event.of)
  if ((how === 'child' || how === 'copy') && source === undefined) return
  const linked = MARKER.test(source?.description ?? '')
  if (how === 'child' && !linked && stage.avoid.includes('child-of-new-parent')) return
  if (places.general === null && how !== 'outside' && how !== 'crm') return
  const { body: who } = await stage.users.left.call<{ name: string }>('GET', `/v1/people/${person}`)
  const due = dueOf(value)
  const body: Record<string, unknown> = {
    content: `${token} new${hintFor(how, person, who.name)}`,
    project_id: how === 'outside' || how === 'crm' ? places.other : places.general,
    ...(due.kind === 'time' ? { due_datetime: due.at } : due.kind === 'day' ? { due_date: due.day } : {}),
    labels: [
      ...(how === 'label' ? [`person-${person}`] : []),
      ...(how === 'crm' ? ['crm'] : []),
      ...((value * 7) % 1 < 0.3 ? [OWN_LABELS[Math.floor(value * 101) % OWN_LABELS.length] ?? ''] : []),
    ],
  }
  if (how === 'child' && source !== undefined)
    Object.assign(body, { parent_id: source.id, project_id: undefined })
  if (how === 'copy' && source !== undefined)
    Object.assign(body, {
      description: source.description,
      project_id: source.project_id,
      labels: source.labels,
    })
  const { body: made, status } = await stage.users.right.call<TodoistItem>('POST', '/api/v1/tasks', body)
  if (status >= 300) return
  const origin = event.of === undefined ? undefined : stage.doings.made.get(event.of)
  const named = source?.labels.some((label) => label.startsWith('person-')) === true
  const known = { token: true, label: true, link: true, name: true, crm: true, outside: true, nobody: false }
  stage.doings.made.set(token, {
    side: 'right',
    hasPerson: how === 'child' ? origin?.hasPerson === true : how === 'copy' ? linked || named : known[how],
    parent: how === 'child' ? (event.of ?? null) : null,
    copied: how === 'copy' && !named,
    bornOutside: how === 'outside' || made.labels.includes('no-sync'),
  })
  note(stage, 'right', token, made.id, {}, todoistValues(made))
  const inScope =
    (made.project_id === places.general || made.labels.includes('crm')) && !made.labels.includes('no-sync')
  if (!inScope) stage.doings.moved.push({ count: stage.next(), token, inScope })
  stage.tell(`${NAMES.right}: makes ${JSON.stringify(body)}`)
}

function hintFor(how: Create['how'], person: number, name: string): string {
  switch (how) {
    case 'token':
    case 'crm':
    case 'outside':
      return ` fub:${person}`
    case 'link':
      return ` https://example.followupboss.com/2/people/view/${person}`
    case 'name':
      return ` [${name}]`
    default:
      return ''
  }
}

async function editLeft(stage: Stage, picture: Picture, { verb, token, value }: Edit): Promise<void> {
  const task = fubTask(picture, token) ?? picture.left[Math.floor(value * picture.left.length)]
  if (task === undefined || tokenIn(task.name) === '') return
  const own = tokenIn(task.name)
  const put = async (body: object, fields: readonly Field[]) => {
    const answer = await stage.users.left.call<FubTask>('PUT', `/v1/tasks/${task.id}`, body)
    if (answer.status >= 300) return
    note(stage, 'left', own, String(task.id), fubValues(task), fubValues(answer.body), fields)
    stage.tell(`${NAMES.left}: ${verb} ${own}: ${JSON.stringify(body)}`)
  }
  switch (verb) {
    case 'rename':
      return put({ name: `${own} v${Math.floor(value * 1000)}` }, ['title'])
    case 'undo':
      return put({ name: String(before(stage, 'left', own, 'title', task.name)) }, ['title'])
    case 'due': {
      const due = dueOf(value)
      return put(
        due.kind === 'time'
          ? { dueDateTime: `${due.at}Z` }
          : { dueDate: due.kind === 'day' ? due.day : '2026-12-31' },
        ['due'],
      )
    }
    case 'clear-due':
      return put({ dueDate: null }, ['due'])
    case 'type':
      return put({ type: TYPES[Math.floor(value * TYPES.length)] }, ['type'])
    case 'person':
      return put({ personId: PERSON + Math.floor(value * PEOPLE) }, [])
    case 'complete':
    case 'reopen': {
      const repeats = stage.doings.repeats.has(own)
      // An occurrence that is over stays over; only the current one can be closed.
      if (repeats && (verb === 'reopen' || task.isCompleted === 1)) return
      if (repeats) stage.doings.closed.push({ token: own, side: 'left' })
      return put({ isCompleted: verb === 'complete' }, ['completed'])
    }
    case 'delete': {
      const answer = await stage.users.left.call('DELETE', `/v1/tasks/${task.id}`)
      if (answer.status >= 300) return
      stage.doings.deleted.push({
        count: stage.next(),
        token: own,
        side: 'left',
        remoteId: String(task.id),
        linked: inStep(picture, own),
        values: fubValues(task),
      })
      stage.tell(`${NAMES.left}: deletes ${own}`)
      return
    }
    default:
      return
  }
}

async function editRight(stage: Stage, picture: Picture, { verb, token, value }: Edit): Promise<void> {
  const living = picture.right.filter((one) => !one.is_deleted && tokenIn(one.content) !== '')
  const item = todoistItem(picture, token) ?? living[Math.floor(value * living.length)]
  if (item === undefined) return
  const own = tokenIn(item.content)
  const edits = item.checked && verb !== 'reopen' && verb !== 'delete'
  if (edits && stage.avoid.includes('edit-of-completed')) return
  if (edits && stage.avoid.includes('stale-skips-completed') && stage.doings.shownThePast) return
  if (edits) stage.doings.editedCompleted = true
  const post = async (body: Record<string, unknown>, fields: readonly Field[]) => {
    const answer = await stage.users.right.call<TodoistItem>('POST', `/api/v1/tasks/${item.id}`, body)
    if (answer.status >= 300) return
    note(stage, 'right', own, item.id, todoistValues(item), todoistValues(answer.body), fields)
    stage.tell(`${NAMES.right}: ${verb} ${own}: ${JSON.stringify(body)}`)
  }
  const below = descendants(living, item.id)
  const act = async (method: string, path: string, body?: unknown): Promise<SimAnswer<unknown> | null> => {
    const answer = await stage.users.right.call(method, `/api/v1/tasks/${item.id}${path}`, body)
    if (answer.status >= 300) return null
    stage.tell(
      `${NAMES.right}: ${verb} ${own}${below.length > 0 ? ` with ${below.map((one) => tokenIn(one.content)).join(', ')}` : ''}`,
    )
    return answer
  }
  switch (verb) {
    case 'rename':
      return post({ content: `${own} v${Math.floor(value * 1000)}${hintOf(item.content)}` }, ['title'])
    case 'undo': {
      const old = before(stage, 'right', own, 'title', withoutHint(item.content))
      return post({ content: `${String(old)}${hintOf(item.content)}` }, ['title'])
    }
    case 'due': {
      const due = dueOf(value)
      const zoned = (value * 13) % 1 < 0.5 ? 'Z' : ''
      return post(
        due.kind === 'time'
          ? { due_datetime: `${due.at}${zoned}` }
          : { due_date: due.kind === 'day' ? due.day : '2026-12-31' },
        ['due'],
      )
    }
    case 'clear-due':
      return post({ due_string: 'no date' }, ['due'])
    case 'repeat':
      stage.doings.repeats.add(own)
      return post({ due_string: REPEATS[Math.floor(value * REPEATS.length)] }, ['due'])
    case 'type': {
      const label = TYPE_LABELS[Math.floor(value * TYPE_LABELS.length)] ?? ''
      return post({ labels: [label, ...item.labels.filter((one) => !TYPE_LABELS.includes(one))] }, [
        'type',
        'labels',
      ])
    }
    case 'label': {
      const label = OWN_LABELS[Math.floor(value * OWN_LABELS.length)] ?? ''
      const without = item.labels.filter((one) => one !== label)
      return post({ labels: without.length < item.labels.length ? without : [...item.labels, label] }, [
        'labels',
      ])
    }
    case 'no-sync': {
      const without = item.labels.filter((one) => one !== 'no-sync')
      const off = without.length < item.labels.length
      await post({ labels: off ? without : [...item.labels, 'no-sync'] }, [])
      stage.doings.moved.push({ count: stage.next(), token: own, inScope: off })
      return
    }
    case 'crm': {
      if (item.labels.includes('crm')) return
      await post({ labels: [...item.labels, 'crm'] }, [])
      const inScope = !item.labels.includes('no-sync')
      stage.doings.moved.push({ count: stage.next(), token: own, inScope })
      return
    }
    case 'name': {
      // Only of a task that waits for its person's name: a second name would not count.
      const made = stage.doings.made.get(own)
      if (made?.hasPerson !== false || made.parent !== null) return
      await post({ content: `${item.content} fub:${PERSON + Math.floor(value * PEOPLE)}` }, [])
      // What was ticked off already is not asked for its person.
      stage.doings.made.set(own, { ...made, hasPerson: item.checked ? null : true })
      return
    }
    case 'priority':
      return post({ priority: 1 + Math.floor(value * 4) }, ['priority'])
    case 'describe': {
      const description = textWith(item.description, own, value)
      const made = stage.doings.made.get(own)
      if (MARKER.test(item.description) && !MARKER.test(description)) stage.doings.unmarked.add(own)
      // A copy is known by the marker in it, if it is seen before its user takes that out.
      if (made?.hasPerson === true && made.copied && !MARKER.test(description))
        stage.doings.made.set(own, { ...made, hasPerson: null })
      return post({ description }, ['text'])
    }
    case 'complete':
      if (item.checked || (await act('POST', '/close')) === null) return
      for (const one of [item, ...below.filter((child) => !child.checked)])
        if (one.due?.is_recurring !== true) wroteCompleted(stage, one, true)
        else stage.doings.closed.push({ token: tokenIn(one.content), side: 'right' })
      return
    case 'reopen':
      if (!item.checked || (await act('POST', '/reopen')) === null) return
      for (const one of [item, ...ancestors(living, item).filter((above) => above.checked)])
        wroteCompleted(stage, one, false)
      return
    case 'delete':
      if ((await act('DELETE', '')) === null) return
      for (const one of [item, ...below])
        stage.doings.deleted.push({
          count: stage.next(),
          token: tokenIn(one.content),
          side: 'right',
          remoteId: one.id,
          linked: inStep(picture, tokenIn(one.content)),
          values: todoistValues(one),
        })
      return
    case 'move-out':
    case 'move-in': {
      const { general, other } = await stage.places()
      const to = verb === 'move-out' ? other : general
      if (to === null || item.project_id === to || item.parent_id !== null) return
      if ((await act('POST', '/move', { project_id: to })) === null) return
      for (const one of [item, ...below])
        stage.doings.moved.push({
          count: stage.next(),
          token: tokenIn(one.content),
          inScope: verb === 'move-in',
        })
      return
    }
  }
}

/** Notes what changed by a user's hand, of these fields or of all. */
function note(
  stage: Stage,
  side: Side,
  token: string,
  remoteId: string,
  before: Values,
  after: Values,
  fields = Object.keys(after) as readonly Field[],
): void {
  for (const field of fields) {
    if (field in before && JSON.stringify(before[field]) === JSON.stringify(after[field])) continue
    const was = before[field]
    stage.doings.writes.push({ count: stage.next(), side, remoteId, token, field, value: after[field], was })
  }
}

function wroteCompleted(stage: Stage, item: TodoistItem, value: boolean): void {
  const token = tokenIn(item.content)
  const at = { side: 'right', remoteId: item.id, token, field: 'completed' } as const
  stage.doings.writes.push({ ...at, count: stage.next(), value, was: !value })
}

/** What the field held before its present value, as far as a user wrote it on this side. */
function before(stage: Stage, side: Side, token: string, field: Field, now: unknown): unknown {
  const own = stage.doings.writes.filter(
    (one) => one.side === side && one.token === token && one.field === field,
  )
  return own.findLast((one) => !same(field, one.value, now))?.value ?? now
}

/** Both are there, and the one in Todoist names the other. */
function inStep(picture: Picture, token: string): boolean {
  const task = fubTask(picture, token)
  const item = todoistItem(picture, token)
  return task !== undefined && new RegExp(`/task/${task.id}(?!\\d)`, 'u').test(item?.description ?? '')
}

function descendants(items: readonly TodoistItem[], id: string): TodoistItem[] {
  return items.filter((one) => one.parent_id === id).flatMap((one) => [one, ...descendants(items, one.id)])
}

function ancestors(items: readonly TodoistItem[], { parent_id }: TodoistItem): TodoistItem[] {
  const above = items.find((one) => one.id === parent_id)
  return above === undefined ? [] : [above, ...ancestors(items, above)]
}

/** Days and times of the weeks after the histories' day, those around a change of clocks too. */
function dueOf(
  value: number,
): { kind: 'none' } | { kind: 'day'; day: string } | { kind: 'time'; at: string } {
  const n = Math.floor(value * 10_000)
  const day = `2026-12-${String(1 + (n % 28)).padStart(2, '0')}`
  if (n % 5 === 0) return { kind: 'none' }
  if (n % 5 <= 2) return { kind: 'day', day }
  const at = n % 11 === 0 ? '2027-03-14T02:30:00' : `${day}T${String(n % 24).padStart(2, '0')}:15:00`
  return { kind: 'time', at }
}
