// Does what Dockerfile does, outside of a container: its COPY and RUN steps in a folder of its own, over the files that
// .dockerignore leaves. Then, as another user than root where it is run by root, it starts `dealbridge receiver` from what came of it and
// asks for /health. Needs DATABASE_URL and TEMPORAL_ADDRESS of servers that answer; with a worker beside it 200, without 503.
import { execFile, spawn } from 'node:child_process'
import { chmod, cp, mkdir, mkdtemp, readFile, rm, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))
const run = promisify(execFile)
const NOBODY = 65534

const ignored = await ignoreRules()
const folder = await mkdtemp(join(tmpdir(), 'dealbridge-image-'))
try {
  await chmod(folder, 0o755)
  const image = await build(stagesOf(await readFile(join(root, 'Dockerfile'), 'utf8')))
  const { stdout } = await run('du', ['-sm', image])
  process.stdout.write(`${stdout.split('\t')[0]} MB above the base image\n`)
  await tryOut(image)
} finally {
  await rm(folder, { recursive: true, force: true })
}

/** Later rules win; a rule with ! lets in what an earlier one left out. */
async function ignoreRules() {
  const lines = (await readFile(join(root, '.dockerignore'), 'utf8')).split('\n')
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ keep: line.startsWith('!'), pattern: matcher(line.replace(/^!/, '')) }))
}

/** A rule also holds for all that lies below what it names. */
function matcher(glob) {
  const source = glob
    .split('**/')
    .map((part) => part.replace(/[.+]/g, '\\$&').replace(/\*/g, '[^/]*'))
    .join('(?:.*/)?')
  return new RegExp(`^${source}(?:/.*)?$`)
}

function sent(path) {
  const name = relative(root, path)
  if (name === '' || /^(node_modules|dist|\.git)(\/|$)/.test(name)) return name === ''
  const last = ignored.filter(({ pattern }) => pattern.test(name)).at(-1)
  // A folder on the way to a file that is let in.
  return last === undefined || last.keep || name === 'deploy'
}

function stagesOf(text) {
  const lines = text
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
  const stages = []
  for (const line of lines) {
    const [, word, rest] = /^(\w+)\s+(.*)$/.exec(line) ?? []
    if (word === 'FROM') stages.push({ name: / AS (\w+)$/.exec(rest)?.[1] ?? 'image', steps: [] })
    else stages.at(-1).steps.push({ word, rest })
  }
  return stages
}

async function build(stages) {
  const folders = new Map()
  for (const { name, steps } of stages) {
    const here = join(folder, name, 'app')
    await mkdir(here, { recursive: true })
    folders.set(name, here)
    for (const { word, rest } of steps) {
      if (word === 'COPY') await copy(rest, here, folders)
      // What changes the base image itself is its own business.
      else if (word === 'RUN' && !/^(apt-get|ln -s)/.test(rest))
        await run('bash', ['-c', rest], { cwd: here, maxBuffer: 1 << 26 })
    }
  }
  return folders.get('image')
}

async function copy(rest, here, folders) {
  const from = /^--from=(\w+) /.exec(rest)?.[1]
  const words = rest.replace(/^--\S+ /, '').split(' ')
  const target = words.pop()
  for (const word of words) {
    const source =
      from === undefined ? join(root, word) : join(folders.get(from), word.replace(/^\/app\//, ''))
    await stat(source)
    const into = target.endsWith('/') ? join(here, target, word) : join(here, target)
    await mkdir(dirname(into), { recursive: true })
    await cp(source, into, {
      recursive: true,
      verbatimSymlinks: true,
      filter: from === undefined ? sent : undefined,
    })
  }
}

async function tryOut(image) {
  const data = join(folder, 'data')
  await mkdir(data)
  await chmod(data, 0o777)
  await symlink(process.execPath, join(folder, 'node'))
  const environment = Object.entries(process.env).filter(([name]) =>
    /^(DATABASE_URL|TEMPORAL_\w+|PATH)$/.test(name),
  )
  const env = {
    ...Object.fromEntries(environment),
    NODE_ENV: 'production',
    DEALBRIDGE_DATA_DIR: data,
    DEALBRIDGE_SECRET_KEY: 'of this check alone',
    API_PORT: '8199',
  }
  const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}
  const begin = (role) =>
    spawn(process.execPath, ['dist/src/starter/main.js', role], {
      cwd: image,
      env,
      ...user,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
  const children = [begin('worker'), begin('receiver')]
  try {
    await Promise.all(children.map(ready))
    await healthy(image, env, user)
    process.stdout.write('worker and receiver run from it, and /health answers 200\n')
  } finally {
    await Promise.all(children.map(stop))
  }
}

function ready(child) {
  return new Promise((resolve, reject) => {
    child.stdout.on('data', resolve)
    child.once('exit', (code) => reject(new Error(`a role ended with ${code}`)))
  })
}

/** By the image's own check. */
async function healthy(image, env, user) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await run(process.execPath, ['deploy/health.mjs'], { cwd: image, env, ...user })
    } catch (error) {
      if (tries === 40) throw error
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
  }
}

async function stop(child) {
  if (child.exitCode !== null) return
  child.kill('SIGTERM')
  const [code] = await new Promise((resolve) => child.once('exit', (...all) => resolve(all)))
  if (code !== 0) throw new Error(`it did not end in order: ${code}`)
}
