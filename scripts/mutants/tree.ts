import { chmod, cp, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative, sep } from 'node:path'
import { type Mutant, mutate } from './mutant.ts'

/** A copy of the working tree in which rules are broken one at a time; the tree itself is only read. */
export type Tree = AsyncDisposable & {
  readonly folder: string
  /** Breaks a rule while `work` is done, and mends it afterwards. */
  broken<T>(mutant: Mutant, work: () => Promise<T>): Promise<T>
}

const LEFT_OUT = new Set(['.git', '.data', 'coverage', 'dist', 'node_modules'])

export async function copyTree(root: string): Promise<Tree> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'dealbridge-mutants-')))
  const dispose = () => rm(folder, { recursive: true, force: true })
  try {
    // An embedded Postgres of root runs as another user, and in this folder.
    await chmod(folder, 0o755)
    const isCopied = (path: string) => !LEFT_OUT.has(relative(root, path).split(sep)[0] ?? '')
    await cp(root, folder, { recursive: true, filter: isCopied })
    await symlink(await realpath(join(root, 'node_modules')), join(folder, 'node_modules'))
  } catch (error) {
    await dispose()
    throw error
  }
  return {
    folder,
    async broken(mutant, work) {
      const path = join(folder, mutant.file)
      const text = await readFile(path, 'utf8')
      await writeFile(path, mutate(text, mutant))
      try {
        return await work()
      } finally {
        await writeFile(path, text)
      }
    },
    [Symbol.asyncDispose]: dispose,
  }
}
