import type { Account } from './state.ts'
import { View } from './state-view.ts'

/** Everything the account holds, completed, archived and deleted objects with their flags; tasks say whether lists show them (`is_active`). */
export function wholeState(account: Account): Record<string, unknown> {
  const view = new View(account)
  const { token: _, ...user } = account.user
  return {
    user,
    seq: account.counter.seq,
    items: [...account.items.values()].map((item) => ({ ...item, is_active: view.isActive(item) })),
    projects: [...account.projects.values()],
    sections: [...account.sections.values()],
    labels: [...account.labels.values()],
    notes: [...account.notes.values()],
  }
}
