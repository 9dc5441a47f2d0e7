import type { OptionKind, OptionValue, ValueOfKind } from './kinds.ts'
import { logFormats, logLevels } from './log.ts'

/**
 * One option of the environment. Either a fixed default, or one worked out from the other options, or none; the two
 * latter say in words what holds when it is not set.
 */
export type OptionSpec = OptionKind & {
  section: OptionSection
  help: string
  /** Never shown, and may come from a file named by `NAME_FILE`. */
  secret?: true
  default?: OptionValue
  computed?: (known: KnownOptions) => OptionValue | undefined
  whenUnset?: string
  /** Read by another program or package under the same name; we list it, pass it on and check only its form. */
  readBy?: string
}

/** What a computed default may look at: the options that were set, the static defaults, and the terminal. */
export interface KnownOptions {
  get(name: string): OptionValue | undefined
  isTerminal: boolean
}

export const optionSections = [
  'Follow Up Boss',
  'Todoist',
  'Synchronisation',
  'Postgres',
  'Temporal',
  'Data folder and secrets',
  'HTTP',
  'Alerts',
  'Logging and environment',
] as const
export type OptionSection = (typeof optionSections)[number]

const httpSchemes = ['http', 'https'] as const

/** Every environment variable that Dealbridge knows, in the order in which people read about them. */
export const options = {
  FUB_API_KEY: {
    kind: 'string',
    secret: true,
    section: 'Follow Up Boss',
    help: 'API key of the account (Admin > API in Follow Up Boss).',
  },
  FUB_SYSTEM_NAME: {
    kind: 'string',
    section: 'Follow Up Boss',
    help: 'Name of your registered system; needed for webhooks.',
  },
  FUB_SYSTEM_KEY: {
    kind: 'string',
    secret: true,
    section: 'Follow Up Boss',
    help: 'Key of your registered system; needed for webhooks, whose signatures it checks.',
  },
  FUB_BASE_URL: {
    kind: 'url',
    schemes: httpSchemes,
    section: 'Follow Up Boss',
    whenUnset: "the service's own",
    help: 'Where the API answers, including `/v1`, e.g. `http://127.0.0.1:4101/v1`.',
  },
  FUB_POLL_INTERVAL_SECONDS: {
    kind: 'seconds',
    min: 0.05,
    default: 30,
    section: 'Follow Up Boss',
    help: 'Pause between two looks for changes.',
  },
  FUB_USE_WEBHOOKS: {
    kind: 'boolean',
    section: 'Follow Up Boss',
    computed: (known) =>
      ['FUB_SYSTEM_NAME', 'FUB_SYSTEM_KEY', 'PUBLIC_URL'].every((name) => known.get(name) !== undefined),
    whenUnset: 'true when FUB_SYSTEM_NAME, FUB_SYSTEM_KEY and PUBLIC_URL are set',
    help: 'Take deliveries at `/webhook/follow-up-boss`; registered by `setup`, by a `start` that begins the first sync, and by `dealbridge webhooks register`. Not set, a yes of `setup` or `webhooks register` stays.',
  },
  TODOIST_API_TOKEN: {
    kind: 'string',
    secret: true,
    section: 'Todoist',
    help: 'Personal API token (Settings > Integrations > Developer in Todoist).',
  },
  TODOIST_CLIENT_ID: {
    kind: 'string',
    section: 'Todoist',
    help: 'Client id of your Todoist app, by which `dealbridge connect add --oauth` signs in.',
  },
  TODOIST_CLIENT_SECRET: {
    kind: 'string',
    secret: true,
    section: 'Todoist',
    help: 'Client secret of your Todoist app: signs in with TODOIST_CLIENT_ID, and checks webhooks as TODOIST_WEBHOOK_SECRET does.',
  },
  TODOIST_BASE_URL: {
    kind: 'url',
    schemes: httpSchemes,
    originOnly: true,
    section: 'Todoist',
    whenUnset: "the service's own",
    help: 'Where the API answers, origin only: `/api/v1/...` is appended. E.g. `http://127.0.0.1:4102`.',
  },
  TODOIST_POLL_INTERVAL_SECONDS: {
    kind: 'seconds',
    min: 0.05,
    default: 30,
    section: 'Todoist',
    help: 'Pause between two looks for changes.',
  },
  TODOIST_USE_WEBHOOKS: {
    kind: 'boolean',
    section: 'Todoist',
    computed: (known) => known.get('TASK_SYNC_ENV') === 'prod',
    whenUnset: 'false; true with TASK_SYNC_ENV=prod',
    help: 'Take deliveries at `/webhook/todoist`. Not set, a yes of `setup` or `webhooks register` stays.',
  },
  TODOIST_WEBHOOK_SECRET: {
    kind: 'string',
    secret: true,
    section: 'Todoist',
    computed: (known) => known.get('TODOIST_CLIENT_SECRET'),
    whenUnset: 'TODOIST_CLIENT_SECRET',
    help: "Checks the deliveries' signatures: the app's client secret.",
  },
  DEAL_CACHE_REFRESH_SECONDS: {
    kind: 'seconds',
    min: 0.05,
    default: 300,
    section: 'Synchronisation',
    help: 'Pause between two complete listings of deals. Without webhooks of the CRM, a change of stage is seen with the next one.',
  },
  STALE_READ_SECONDS: {
    kind: 'seconds',
    min: 0,
    default: 30,
    section: 'Synchronisation',
    help: 'How long a service may still show a state from before our own write.',
  },
  DELETE_GRACE_SECONDS: {
    kind: 'seconds',
    min: 0,
    default: 60,
    section: 'Synchronisation',
    help: 'How long a task must be gone on one side before it is deleted on the other.',
  },
  CREATE_SETTLE_SECONDS: {
    kind: 'seconds',
    min: 0,
    default: 60,
    section: 'Synchronisation',
    help: 'How long after a create without an answer a search must still find nothing before it is tried again.',
  },
  FORGET_REMOVED_DAYS: {
    kind: 'integer',
    min: 0,
    max: 3650,
    default: 30,
    section: 'Synchronisation',
    help: 'How many days the words of tasks are kept after their route or connection was removed, so that it can be taken up again. Ids stay.',
  },
  RECONCILE_INTERVAL_SECONDS: {
    kind: 'seconds',
    min: 0.05,
    section: 'Synchronisation',
    whenUnset: '600; 3600 for an account with webhooks',
    help: 'Pause between two complete listings of an account.',
  },
  DATABASE_URL: {
    kind: 'url',
    schemes: ['postgres', 'postgresql'],
    secret: true,
    section: 'Postgres',
    whenUnset: 'an embedded Postgres in the data folder',
    help: 'A Postgres of your own, e.g. `postgres://user:password@host:5432/dealbridge`.',
  },
  DEALBRIDGE_POSTGRES_PORT: {
    kind: 'port',
    section: 'Postgres',
    whenUnset: 'a free one, then remembered',
    help: 'Port of the embedded Postgres, on loopback.',
  },
  TEMPORAL_ADDRESS: {
    kind: 'string',
    section: 'Temporal',
    readBy: '@temporalio/envconfig',
    whenUnset: 'an embedded development server in the data folder',
    help: 'A Temporal server of your own, `host:port`.',
  },
  TEMPORAL_NAMESPACE: {
    kind: 'string',
    default: 'default',
    section: 'Temporal',
    readBy: '@temporalio/envconfig',
    help: 'Namespace on that server.',
  },
  TEMPORAL_API_KEY: {
    kind: 'string',
    secret: true,
    section: 'Temporal',
    readBy: '@temporalio/envconfig',
    help: 'API key, e.g. of Temporal Cloud; turns TLS on.',
  },
  TEMPORAL_TLS: {
    kind: 'boolean',
    section: 'Temporal',
    readBy: '@temporalio/envconfig',
    whenUnset: 'false; true with TEMPORAL_API_KEY',
    help: 'Connect with TLS.',
  },
  TEMPORAL_TLS_CLIENT_CERT_PATH: {
    kind: 'path',
    section: 'Temporal',
    readBy: '@temporalio/envconfig',
    help: "File of the client's certificate. `TEMPORAL_TLS_CLIENT_CERT_DATA` holds it directly.",
  },
  TEMPORAL_TLS_CLIENT_KEY_PATH: {
    kind: 'path',
    section: 'Temporal',
    readBy: '@temporalio/envconfig',
    help: "File of the client's key. `TEMPORAL_TLS_CLIENT_KEY_DATA` holds it directly.",
  },
  TEMPORAL_TLS_SERVER_CA_CERT_PATH: {
    kind: 'path',
    section: 'Temporal',
    readBy: '@temporalio/envconfig',
    help: "File of the server's certificate authority. `TEMPORAL_TLS_SERVER_CA_CERT_DATA` holds it directly.",
  },
  TEMPORAL_TLS_SERVER_NAME: {
    kind: 'string',
    section: 'Temporal',
    readBy: '@temporalio/envconfig',
    help: 'Server name to expect in its certificate.',
  },
  TEMPORAL_TLS_DISABLE_HOST_VERIFICATION: {
    kind: 'boolean',
    section: 'Temporal',
    readBy: '@temporalio/envconfig',
    help: "Do not check the server's name.",
  },
  TEMPORAL_CONFIG_FILE: {
    kind: 'path',
    section: 'Temporal',
    readBy: '@temporalio/envconfig',
    help: 'TOML file with connection profiles; used only together with TEMPORAL_ADDRESS.',
  },
  TEMPORAL_PROFILE: {
    kind: 'string',
    section: 'Temporal',
    readBy: '@temporalio/envconfig',
    help: 'Profile in that file; used only together with TEMPORAL_ADDRESS.',
  },
  TEMPORAL_CLI_PATH: {
    kind: 'path',
    section: 'Temporal',
    whenUnset: '`temporal` on PATH, else one that is fetched into the data folder',
    help: 'The `temporal` program that runs the embedded server.',
  },
  DEALBRIDGE_TEMPORAL_PORT: {
    kind: 'port',
    section: 'Temporal',
    whenUnset: 'a free one, then remembered',
    help: 'Port of the embedded Temporal server, on loopback.',
  },
  DEALBRIDGE_TEMPORAL_UI_PORT: {
    kind: 'port',
    section: 'Temporal',
    whenUnset: '8233 if free, else a free one, then remembered',
    help: "Port of the embedded Temporal server's web page, on loopback.",
  },
  DEALBRIDGE_DATA_DIR: {
    kind: 'path',
    section: 'Data folder and secrets',
    whenUnset: "the platform's data folder, e.g. `~/.local/share/dealbridge`; `/var/lib/dealbridge` as root",
    help: 'Everything embedded lives here; removing it is a fresh start.',
  },
  DEALBRIDGE_SECRET_KEY: {
    kind: 'string',
    secret: true,
    section: 'Data folder and secrets',
    whenUnset: 'made and kept in the data folder with the embedded Postgres; required with DATABASE_URL',
    help: 'Seals stored credentials (AES-256-GCM). Keep it: without it they must be entered again. Several, one a line: the first seals, the others still open what they have sealed (`dealbridge keys rotate`).',
  },
  API_HOST: {
    kind: 'string',
    default: '127.0.0.1',
    section: 'HTTP',
    help: 'Address that the receiver (webhooks, health) listens on.',
  },
  API_PORT: {
    kind: 'port',
    zeroIsAny: true,
    default: 8100,
    section: 'HTTP',
    help: 'Port of the receiver (webhooks, health).',
  },
  API_TOKEN: {
    kind: 'string',
    secret: true,
    section: 'HTTP',
    whenUnset: 'none; required when API_HOST is not loopback',
    help: 'Bearer token of the API and the dashboard.',
  },
  WORKER_METRICS_ADDRESS: {
    kind: 'string',
    section: 'HTTP',
    whenUnset: 'none',
    help: "Where a worker tells the metrics of Temporal's SDK for Prometheus, `host:port`, without a token: how long tasks waited for a worker, among others. E.g. `127.0.0.1:9464`; of several workers on one machine each needs its own.",
  },
  PUBLIC_URL: {
    kind: 'url',
    schemes: httpSchemes,
    section: 'HTTP',
    help: 'What the services call for webhooks, and where a sign-in leads back to. May carry a path, beneath which everything then answers.',
  },
  SMTP_URL: {
    kind: 'url',
    schemes: ['smtp', 'smtps'],
    secret: true,
    section: 'Alerts',
    help: 'Mail server for alerts, e.g. `smtps://user:password@mail.example.com`; a user that is an address is written `user%40example.com`.',
  },
  ALERT_EMAIL_TO: {
    kind: 'string',
    section: 'Alerts',
    help: 'Who gets alerts by mail; several by commas.',
  },
  ALERT_EMAIL_FROM: {
    kind: 'string',
    section: 'Alerts',
    whenUnset: 'the user of SMTP_URL where that is an address, else the first of ALERT_EMAIL_TO',
    help: 'Sender of the mails.',
  },
  ALERT_WEBHOOK_URL: {
    kind: 'url',
    schemes: httpSchemes,
    secret: true,
    section: 'Alerts',
    help: 'Gets each message as a JSON POST.',
  },
  ALERT_WEBHOOK_SECRET: {
    kind: 'string',
    secret: true,
    section: 'Alerts',
    whenUnset: 'they are not signed',
    help: 'Signs these requests (HMAC-SHA256).',
  },
  ALERT_AFTER_MINUTES: {
    kind: 'integer',
    min: 0,
    max: 10_080,
    default: 15,
    section: 'Alerts',
    help: 'How long trouble lasts before it is told. A route that was stopped and a full disk are told at once.',
  },
  ALERT_REMIND_HOURS: {
    kind: 'integer',
    min: 0,
    max: 720,
    default: 24,
    section: 'Alerts',
    help: 'How often trouble that lasts is told again; 0: never.',
  },
  ALERT_QUIET_HOURS: {
    kind: 'hours',
    section: 'Alerts',
    help: 'When nothing is sent but what is urgent (no worker, a full disk); the rest comes in one message when they end.',
  },
  ALERT_DIGEST_AT: {
    kind: 'time',
    default: '08:00',
    section: 'Alerts',
    help: 'When the digest of what waits for a decision is sent, each day on which something does.',
  },
  ALERT_DIGEST_TITLES: {
    kind: 'boolean',
    default: false,
    section: 'Alerts',
    help: 'The digest names the tasks by their titles, which then leave this machine.',
  },
  ALERT_TIMEZONE: {
    kind: 'zone',
    section: 'Alerts',
    whenUnset: 'that of the first route, else that of the machine',
    help: 'Zone of quiet hours, of the digest and of times in messages.',
  },
  ALERT_DISK_FREE_MB: {
    kind: 'integer',
    min: 1,
    max: 1_000_000,
    default: 1_000,
    section: 'Alerts',
    help: 'With `dealbridge start`: below how much room on the disk of the data folder there is an alert.',
  },
  LOG_LEVEL: {
    kind: 'choice',
    values: logLevels,
    section: 'Logging and environment',
    computed: (known) => (known.get('TASK_SYNC_ENV') === 'dev' ? 'debug' : 'info'),
    whenUnset: 'info; debug with TASK_SYNC_ENV=dev',
    help: 'How much is logged.',
  },
  LOG_FORMAT: {
    kind: 'choice',
    values: logFormats,
    section: 'Logging and environment',
    computed: (known) => (known.isTerminal ? 'pretty' : 'json'),
    whenUnset: 'pretty on a terminal, else json',
    help: 'Form of the log, which goes to stderr.',
  },
  TASK_SYNC_ENV: {
    kind: 'choice',
    values: ['dev', 'prod'],
    section: 'Logging and environment',
    help: 'Reads `.env.dev` or `.env.prod`, also below `config/`, and sets the defaults of LOG_LEVEL and TODOIST_USE_WEBHOOKS.',
  },
} as const satisfies Record<string, OptionSpec>

export type OptionName = keyof typeof options

type Table = typeof options

/** Computed defaults that may come out empty. */
type SometimesEmpty = 'TODOIST_WEBHOOK_SECRET'

/** Every option with its value: never undefined where there is a default. */
export type Options = {
  readonly [N in OptionName]: N extends SometimesEmpty
    ? ValueOfKind<Table[N]> | undefined
    : Table[N] extends { default: unknown } | { computed: unknown }
      ? ValueOfKind<Table[N]>
      : ValueOfKind<Table[N]> | undefined
}

/** The table's rows under their common type. */
export const optionList: readonly (readonly [OptionName, OptionSpec])[] = Object.entries(options).map(
  ([name, spec]) => [name as OptionName, spec],
)
