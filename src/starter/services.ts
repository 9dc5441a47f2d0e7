import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config/parse.ts'
import type { SecretKeys } from '../config/secret-keys.ts'

/** Where everything that worker and receiver need is to be found. */
export interface Services {
  dataDir: string
  demo: boolean
  /** With password: keep it out of logs. */
  databaseUrl: string
  /** `host:port` */
  temporalAddress: string
  temporalEmbedded: boolean
  /** Texts of any form and length; what seals with them derives its key from them. */
  secretKey: SecretKeys
  /** The file that has these keys, read at each use; undefined where the environment has them. */
  secretKeyFile: string | undefined
  /** `http://127.0.0.1:port` of the simulators; in the demo only. FUB_BASE_URL is this with `/v1`. */
  followUpBossUrl: string | undefined
  todoistUrl: string | undefined
  /** True when the simulated accounts begin anew in this start: nothing that was recorded of others is about them. */
  newAccounts: boolean
  /** Fires when the start is called off. */
  signal: AbortSignal
}

/** The environment of worker and receiver: what was configured, and what was chosen here. */
export async function serviceEnvironment(config: Config, services: Services): Promise<NodeJS.ProcessEnv> {
  const { DEALBRIDGE_SECRET_KEY: _, ...environment } = services.temporalEmbedded
    ? await embeddedTemporalEnvironment(config.environment, services)
    : config.environment
  const { secretKeyFile } = services
  return {
    ...environment,
    DATABASE_URL: services.databaseUrl,
    DEALBRIDGE_DATA_DIR: services.dataDir,
    // A child that is started again after the key was changed finds the new one.
    ...(secretKeyFile === undefined
      ? { DEALBRIDGE_SECRET_KEY: services.secretKey().join('\n') }
      : { DEALBRIDGE_SECRET_KEY_FILE: secretKeyFile }),
    API_HOST: config.API_HOST,
    API_PORT: String(config.API_PORT),
    LOG_LEVEL: config.LOG_LEVEL,
    LOG_FORMAT: config.LOG_FORMAT,
  }
}

/**
 * An environment in which Temporal's envconfig finds the embedded server. A profile of the user's own for another
 * server (TLS, API key) would be mixed in, so the variables are cleared and an empty file stands in for it.
 */
export async function embeddedTemporalEnvironment(
  environment: Readonly<Record<string, string>>,
  server: { dataDir: string; temporalAddress: string },
): Promise<Record<string, string>> {
  const emptyProfile = join(server.dataDir, 'temporal.toml')
  await writeFile(emptyProfile, '# Empty: the embedded server needs no profile.\n[profile.default]\n')
  const kept = Object.entries(environment).filter(([name]) => !name.startsWith('TEMPORAL_'))
  return {
    ...Object.fromEntries(kept),
    TEMPORAL_ADDRESS: server.temporalAddress,
    TEMPORAL_NAMESPACE: 'default',
    TEMPORAL_CONFIG_FILE: emptyProfile,
  }
}
