declare module 'vitest' {
  /** What test/global-setup.ts starts once for a run; read with `inject('postgresUrl')`. */
  interface ProvidedContext {
    /** An administrator's connection string to an empty, non-durable Postgres. */
    postgresUrl: string
    /** Name of a database on it to which nobody connects: the record as migrations leave it, to be copied. */
    migratedDatabase: string
    /** `127.0.0.1:port` of an in-memory Temporal development server; test/support/temporal.ts says which namespace to use. */
    temporalAddress: string
    /** Where the run keeps its files; gone with it. */
    runFolder: string
  }
}

export type {}
