/**
 * What `dealbridge export` writes of each table: every column is either named here or in `LEFT_OUT`, which a test holds it to, so that
 * neither a new secret is written nor somebody's words are forgotten. `more`: further values, in SQL over `x`, by their names. `where`:
 * which rows.
 */
export type ExportedTable = {
  readonly kind: string
  readonly table: string
  readonly columns: string
  readonly order: string
  readonly more?: Readonly<Record<string, string>>
  readonly where?: string
}

/** Of a pair both tasks, each as it was last seen. */
const SIDES = `(
  select coalesce(jsonb_agg(jsonb_build_object('side', m.side, 'connectionId', m.connection_id, 'remoteId', m.remote_id,
    'role', m.role, 'presence', t.presence, 'seen', t.seen, 'askedAt', t.asked_at, 'goneAt', t.gone_at)
    order by m.side, m.role, m.remote_id), '[]')
  from pair_member m left join remote_task t on t.connection_id = m.connection_id and t.remote_id = m.remote_id
  where m.pair_id = x.id)`

/** In this order: what others refer to comes first. */
export const EXPORTED: readonly ExportedTable[] = [
  {
    kind: 'connection',
    table: 'connection',
    columns:
      'id name provider base_url facts state state_since state_note poll_seconds webhooks last_pull_at last_complete_at deals_listed_at created_at removed_at leaving_at',
    order: 'id',
  },
  {
    kind: 'account-user',
    table: 'account_user',
    columns: 'connection_id user_id name email active',
    order: 'connection_id, user_id',
  },
  {
    kind: 'list-name',
    table: 'list_name',
    columns: 'connection_id remote_id name',
    order: 'connection_id, remote_id',
  },
  {
    kind: 'person',
    table: 'person',
    columns: 'connection_id person facts seen_at',
    order: 'connection_id, person',
  },
  {
    kind: 'route',
    table: 'route',
    columns:
      'id name left_id right_id policy state filled_at stopped created_at paused_from removed_at forget_at forgotten_at',
    order: 'id',
  },
  {
    kind: 'mapping',
    table: 'mapping',
    columns: 'id route_id left_list right_list direction name_rule last_error',
    order: 'id',
  },
  {
    kind: 'container',
    table: 'container',
    columns:
      'id route_id connection_id role subject shard name marker remote_id state made parent_id shown_name shown_parent put_away link',
    order: 'id',
  },
  {
    kind: 'adoption',
    table: 'adoption',
    columns: 'route_id connection_id project since agreed',
    order: 'route_id, project',
  },
  {
    kind: 'set-aside',
    table: 'set_aside',
    columns: 'route_id connection_id project remote_id title',
    order: 'route_id, remote_id',
  },
  {
    kind: 'property-file',
    table: 'property_file',
    columns: 'route_id settings rows labels problems trouble loaded_at',
    order: 'route_id',
  },
  {
    kind: 'stage',
    table: 'deal_stage',
    columns: 'connection_id stage_id stage listed',
    order: 'connection_id, stage_id',
  },
  {
    kind: 'deal',
    table: 'deal_cache',
    columns: 'connection_id deal_id deal people read_at gone_at',
    order: 'connection_id, deal_id',
  },
  {
    kind: 'home',
    table: 'deal_home',
    columns: 'route_id deal_id state reason last_error state_since decision decision_at',
    order: 'route_id, deal_id',
  },
  { kind: 'checklist', table: 'checklist', columns: 'route_id name stage begun_at', order: 'route_id, name' },
  {
    kind: 'stamp',
    table: 'stamp',
    columns: 'route_id key deal_id checklist stage entered_at stamped_at',
    order: 'route_id, key, deal_id, checklist, entered_at',
  },
  {
    kind: 'pair',
    table: 'pair',
    columns:
      'id route_id origin memory state reason person person_by marked deal deal_by place base base_moved_at standing overrides decrees sync_version last_synced_at last_error created_at occurrences former ended_at let_through notice block known comment moved_back refused_move told stamped_as carried',
    order: 'id',
    more: { sides: SIDES },
  },
  {
    kind: 'remote-task',
    table: 'remote_task',
    columns: 'connection_id remote_id presence seen asked_at gone_at first_seen_at',
    order: 'connection_id, remote_id',
    where:
      'not exists (select from pair_member m where m.connection_id = x.connection_id and m.remote_id = x.remote_id)',
  },
  {
    kind: 'op',
    table: 'op',
    columns:
      'id route_id subject subject_id side connection_id remote_id verb before after cause person container_id status attempts planned_at sent_at closed_at error base undone_at forgotten_at',
    order: 'id',
  },
  {
    kind: 'conflict',
    table: 'conflict',
    columns: 'id pair_id kind field base left right decision decided_by at decided_at',
    order: 'id',
  },
  {
    kind: 'note',
    table: 'note',
    columns:
      'id route_id connection_id kind source pair_id app_id task_id person mark words state version remote_id sent_at last_error changed_at',
    order: 'id',
  },
  { kind: 'note-write', table: 'note_write', columns: 'id note_id verb at error', order: 'id' },
  {
    kind: 'webhook',
    table: 'webhook',
    columns: 'connection_id event url remote_id',
    order: 'connection_id, event, url',
  },
  {
    kind: 'list',
    table: 'task_list',
    columns:
      'id nth name colour position version created_by updated_by created_at updated_at archived_at deleted_at',
    order: 'nth',
  },
  {
    kind: 'task',
    table: 'task',
    columns:
      'id nth list_id parent_id title notes due start priority labels type status flags block extra version created_by updated_by created_at updated_at completed_at archived_at deleted_at status_at status_by',
    order: 'nth',
  },
  { kind: 'task-comment', table: 'task_comment', columns: 'id nth task_id text at', order: 'nth' },
  {
    kind: 'sync',
    table: 'sync_run',
    columns: 'id workflow_id began_at ended_at outcome trouble',
    order: 'began_at, id',
  },
]

/** Columns that are no data of a user's: secrets, and what only the program at work needs. `*`: the whole table. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  // Sealed, or made from what is sealed.
  connection:
    'credentials configured credentials_at renew_until renew_sent_at renew_refused former_secret former_secret_until webhooks_until out_of_scope of_nobody',
  // Marks of what was read, claims and waits of the program at work.
  person: 'tried_at',
  route: 'told_settings',
  container: 'key tended_at changed_seq seen_at former_id full_at full_with',
  adoption: 'counted_at',
  property_file: 'size modified_ms version',
  deal_stage: 'changed_seq',
  deal_cache: 'content_hash changed_seq',
  deal_home: 'decided_seq tasks_seq moved_back_in attempts wake_at dispatched_at',
  pair: 'person_seq base_trail plan_id wake_at dispatched_at nudged_at attempts',
  remote_task: 'field_seen changed_seq changed_at missing_at look_again',
  op: 'key sources steps plan_id planned_version deadline_at empty_at beside met learnt_at',
  note: 'sent written shown wake_at attempts deadline_at empty_at',
  task_list: 'key marker changed_seq',
  task: 'key marker changed_seq status_before',
  task_comment: 'key',
  sync_run: 'run_id',
  // Within pairs, as `sides`.
  pair_member: '*',
  // Of the program at work alone.
  api_request: '*',
  delivery: '*',
  leftover: '*',
  local_store: '*',
  local_tombstone: '*',
  migration: '*',
  out_of_scope: '*',
  quota: '*',
  sync_state: '*',
  sign_in: '*',
  refused_delivery: '*',
  setup: '*',
  alert: '*',
  alert_message: '*',
  watch: '*',
  webhook_trouble: '*',
}
