// What tsc leaves undone: SQL files beside the code that reads them, the command's executable bit, and the workflow
// bundle, built by the same @temporalio/worker that will run it.
import { chmod, cp, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')

await copySql()
await markExecutable(join(dist, 'src', 'starter', 'main.js'))
await bundleWorkflows(join(dist, 'src', 'workflows', 'index.js'), join(dist, 'workflow-bundle.js'))

/** Those of an earlier build go first: a migration under an old name would be one too many. */
async function copySql() {
  await rm(join(dist, 'src', 'store', 'migrations'), { recursive: true, force: true })
  const files = await readdir(join(root, 'src'), { recursive: true })
  for (const file of files.filter((name) => name.endsWith('.sql'))) {
    const target = join(dist, 'src', file)
    await mkdir(dirname(target), { recursive: true })
    await cp(join(root, 'src', file), target)
  }
}

async function markExecutable(path) {
  if (await exists(path)) await chmod(path, 0o755)
}

async function bundleWorkflows(workflowsPath, target) {
  await rm(target, { force: true })
  if (!(await exists(workflowsPath))) return
  const { bundleWorkflowCode } = await import('@temporalio/worker')
  const silent = () => {}
  const logger = {
    log: silent,
    trace: silent,
    debug: silent,
    info: silent,
    warn: (message) => process.stderr.write(`${message}\n`),
    error: (message) => process.stderr.write(`${message}\n`),
  }
  const { code } = await bundleWorkflowCode({ workflowsPath, logger })
  await writeFile(target, code)
}

async function exists(path) {
  return stat(path).then(
    () => true,
    () => false,
  )
}
