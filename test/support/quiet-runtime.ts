import { DefaultLogger, Runtime } from '@temporalio/worker'

let installed = false

/** Has Temporal's runtime say errors alone. There is one for each process, which several files may share; it ends and begins by itself. */
export function quietRuntime(): void {
  if (installed) return
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] })
  installed = true
}
