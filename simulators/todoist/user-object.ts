import { Temporal } from 'temporal-polyfill'
import type { Account } from './state.ts'

/** The body of `GET /user` and the Sync resource `user` (reference §17); the token is in it. */
export function userObject(account: Account): Record<string, unknown> {
  const { id, email, full_name, timezone, lang, inbox_project_id, token } = account.user
  return {
    id,
    email,
    full_name,
    inbox_project_id,
    is_premium: true,
    premium_status: 'current_personal_plan',
    premium_until: null,
    business_account_id: null,
    lang,
    tz_info: zoneInfo(timezone, account.options.now()),
    start_day: 1,
    start_page: 'today',
    next_week: 1,
    weekend_start_day: 6,
    time_format: 0,
    date_format: 1,
    sort_order: 0,
    theme_id: '11',
    karma: 0,
    karma_trend: 'up',
    completed_count: 0,
    completed_today: 0,
    daily_goal: 5,
    weekly_goal: 25,
    days_off: [6, 7],
    auto_reminder: 0,
    activated_user: true,
    feature_identifier: `${id}_simulated`,
    features: {
      beta: 0,
      restriction: 0,
      has_push_reminders: false,
      karma_disabled: false,
      karma_vacation: false,
      dateist_lang: null,
      dateist_inline_disabled: false,
    },
    image_id: null,
    joined_at: '2024-01-15T09:00:00.000000Z',
    joinable_workspace: null,
    getting_started_guide_projects: null,
    mobile_host: null,
    mobile_number: null,
    has_password: true,
    has_magic_number: false,
    is_celebrations_enabled: true,
    share_limit: 5,
    unique_prefix: 1,
    verification_status: 'verified',
    websocket_url: 'wss://127.0.0.1/ws',
    token,
  }
}

/** The Sync resource `user_plan_limits` of a Pro account; the numbers are the settings' (reference §14.1). */
export function planLimits(account: Account): Record<string, unknown> {
  const { projects, sectionsPerProject, tasksPerProject, labels } = account.settings
  const { comments, deadlines, durations } = account.settings
  const current = {
    plan_name: 'pro',
    max_projects: projects,
    max_sections: sectionsPerProject,
    max_tasks: tasksPerProject,
    max_labels: labels,
    max_filters: 150,
    max_collaborators: 5,
    max_projects_joined: 500,
    max_reminders_time: 700,
    activity_log_limit: -1,
    upload_limit_mb: 100,
    comments,
    deadlines,
    durations,
    reminders: true,
  }
  return { current, next: null }
}

function zoneInfo(timezone: string, now: number): Record<string, unknown> {
  const at = Temporal.Instant.fromEpochMilliseconds(Math.floor(now)).toZonedDateTimeISO(timezone)
  const offsets = [1, 7].map((month) => at.with({ month, day: 1 }).offsetNanoseconds)
  const minutes = Math.round(at.offsetNanoseconds / 60e9)
  return {
    timezone,
    gmt_string: at.offset,
    hours: Math.trunc(minutes / 60),
    minutes: minutes % 60,
    is_dst: at.offsetNanoseconds > Math.min(...offsets) ? 1 : 0,
  }
}
