import type { Client } from '@temporalio/client'
import type { UserError } from '../../config/errors.ts'
import type { Config } from '../../config/parse.ts'
import type { Problem } from '../../config/problem.ts'
import type { SecretKey } from '../../config/secret-keys.ts'
import type { Provider } from '../../providers/contract.ts'
import type { Db } from '../../store/database.ts'
import type { RunFile } from '../run-file.ts'
import type { Finding } from './finding.ts'

/** A part that answers, or the error of one that does not. */
export type Reached<T> = { readonly value: T } | { readonly error: UserError }

/** What the checks look at. Each part may be away; nothing is made, started or changed by looking. */
export type Patient = {
  readonly config: Config
  /** What is wrong with the configuration; `config` is without it. */
  readonly problems: readonly Problem[]
  readonly dataDir: string
  /** The `start` that runs on the data folder. */
  readonly run: RunFile | undefined
  readonly record: Reached<Db>
  readonly temporal: Reached<Client>
  readonly providers: ReadonlyMap<string, Provider>
  /** Undefined where there is none. */
  readonly secretKey: SecretKey | undefined
  readonly signal: AbortSignal
}

export type Check = (patient: Patient) => Promise<readonly Finding[]>
