import { Temporal } from 'temporal-polyfill'
import type { Route } from '../kit/http-types.ts'
import { answering, ok } from './replies.ts'
import type { Running } from './running-account.ts'
import type { Account } from './state.ts'

const DAYS = 7
const WEEKS = 4
const NO_STREAK = { count: 0, start: '', end: '' }

/** `GET /tasks/completed/stats`: counts of completed tasks; karma and streaks are not kept. */
export function statsRoutes(running: Running): Route[] {
  return [
    {
      method: 'GET',
      path: '/api/v1/tasks/completed/stats',
      handle: answering(() => ok(stats(running().account))),
    },
  ]
}

function stats(account: Account): Record<string, unknown> {
  const zone = account.settings.timezone
  const today = Temporal.Instant.fromEpochMilliseconds(Math.floor(account.options.now()))
    .toZonedDateTimeISO(zone)
    .toPlainDate()
  const byDay = new Map<string, Map<string, number>>()
  let total = 0
  for (const { checked, completed_at, is_deleted, project_id } of account.items.values()) {
    if (!checked || is_deleted || completed_at === null) continue
    total += 1
    const day = Temporal.Instant.from(completed_at).toZonedDateTimeISO(zone).toPlainDate().toString()
    const counts = byDay.get(day) ?? new Map<string, number>()
    byDay.set(day, counts.set(project_id, (counts.get(project_id) ?? 0) + 1))
  }
  const span = (from: Temporal.PlainDate, days: number) => {
    const counts = new Map<string, number>()
    for (let i = 0; i < days; i++)
      for (const [id, n] of byDay.get(from.add({ days: i }).toString()) ?? [])
        counts.set(id, (counts.get(id) ?? 0) + n)
    const items = [...counts].map(([id, completed]) => ({ id, completed }))
    return { items, total_completed: items.reduce((sum, each) => sum + each.completed, 0) }
  }
  const monday = today.subtract({ days: today.dayOfWeek - 1 })
  const days = Array.from({ length: DAYS }, (_, n) => today.subtract({ days: n }))
  const weeks = Array.from({ length: WEEKS }, (_, n) => monday.subtract({ weeks: n }))
  return {
    completed_count: total,
    days_items: days.map((day) => ({ date: day.toString(), ...span(day, 1) })),
    week_items: weeks.map((from) => ({
      from: from.toString(),
      to: from.add({ days: 6 }).toString(),
      ...span(from, 7),
    })),
    goals: goals(account),
    karma: 0,
    karma_trend: 'up',
    karma_last_update: 0,
    karma_update_reasons: [],
    karma_graph_data: [],
    project_colors: Object.fromEntries([...account.projects.values()].map(({ id, color }) => [id, color])),
  }
}

function goals(account: Account): Record<string, unknown> {
  const streaks = ['current_daily', 'current_weekly', 'last_daily', 'last_weekly', 'max_daily', 'max_weekly']
  return {
    user: account.user.full_name,
    user_id: account.userId,
    daily_goal: 5,
    weekly_goal: 25,
    ignore_days: [6, 7],
    vacation_mode: 0,
    karma_disabled: 0,
    ...Object.fromEntries(streaks.map((name) => [`${name}_streak`, NO_STREAK])),
  }
}
