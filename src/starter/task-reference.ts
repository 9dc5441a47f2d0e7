import type { TaskReference } from '../activities/explain.ts'

const PATTERNS: readonly {
  readonly form: RegExp
  readonly reference: (id: string) => TaskReference
}[] = [
  { form: /^pair\/(\d+)$/u, reference: (id) => ({ kind: 'pair', id }) },
  { form: /^task\/(\d+)$/u, reference: (id) => ({ kind: 'pair', id }) },
  // The line that Dealbridge writes into a description.
  {
    form: /^(?:dealbridge: *)?follow-up-boss\/task\/(\w+)$/u,
    reference: (id) => ({ kind: 'task', provider: 'follow-up-boss', id }),
  },
  { form: /^local\/task\/([\w-]+)$/u, reference: (id) => ({ kind: 'task', provider: 'local', id }) },
  { form: /^todoist\/task\/([\w-]+)$/u, reference: (id) => ({ kind: 'task', provider: 'todoist', id }) },
  // Todoist's addresses: with the id alone or behind words of the title, and of its apps (reference, Links).
  {
    form: /^https?:\/\/(?:[a-z]+\.)?todoist\.com\/(?:[a-z]{2}\/)?app\/(?:[^?#]*\/)?task\/(?:[^/?#]*-)?(\w+)\/?(?:[?#].*)?$/iu,
    reference: (id) => ({ kind: 'task', provider: 'todoist', id }),
  },
  {
    form: /^(?:todoist:\/\/task|https?:\/\/(?:[a-z]+\.)?todoist\.com\/showTask)\?(?:.*&)?id=(\w+)/iu,
    reference: (id) => ({ kind: 'task', provider: 'todoist', id }),
  },
  // A task of a CalDAV server as it is usually called there, by its UID.
  {
    form: /^https?:\/\/[^?#]+\/([^/?#]+)\.ics$/iu,
    reference: (id) => ({ kind: 'task', provider: 'caldav', id: decoded(id) }),
  },
  // Follow Up Boss has addresses of people; a task has one in its API alone.
  {
    form: /^https?:\/\/[a-z0-9-]+\.followupboss\.com\/2\/people\/view\/(\d+)/iu,
    reference: (id) => ({ kind: 'person', provider: 'follow-up-boss', id }),
  },
  {
    form: /^https?:\/\/[a-z0-9-]+\.followupboss\.com\/.*tasks\/(?:view\/)?(\d+)/iu,
    reference: (id) => ({ kind: 'task', provider: 'follow-up-boss', id }),
  },
]

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** What an id or a link names; null when it is neither. An id alone may be that of a pair or of a task on either side. */
export function readReference(text: string): TaskReference | null {
  const words = text.trim()
  for (const { form, reference } of PATTERNS) {
    const id = form.exec(words)?.[1]
    if (id !== undefined) return reference(id)
  }
  return /^[\w.-]{1,64}$/u.test(words) ? { kind: 'any', id: words } : null
}
