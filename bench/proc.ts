import { readdirSync, readFileSync } from 'node:fs'

/** What the system tells about processes. Linux's /proc; elsewhere everything is empty or undefined. */

/** This process and all below it. */
export function processTree(pid: number): number[] {
  const childrenOf = new Map<number, number[]>()
  for (const one of allProcesses()) {
    const parent = parentOf(one)
    if (parent === undefined) continue
    childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), one])
  }
  const tree = [pid]
  for (let at = 0; at < tree.length; at += 1) tree.push(...(childrenOf.get(tree[at] ?? 0) ?? []))
  return tree
}

/** Processes that were started with this variable in their environment. */
export function processesWith(name: string, value: string): number[] {
  return allProcesses().filter((pid) =>
    read(`/proc/${pid}/environ`)?.split('\0').includes(`${name}=${value}`),
  )
}

/** Resident memory in KiB; undefined when there is no such process. */
export function residentKb(pid: number): number | undefined {
  return kbOf(read(`/proc/${pid}/status`), 'VmRSS')
}

/** Resident memory in KiB in which a page that n processes share counts 1/n for each of them. */
export function proportionalKb(pid: number): number | undefined {
  return kbOf(read(`/proc/${pid}/smaps_rollup`), 'Pss')
}

function allProcesses(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
  } catch {
    return []
  }
}

function parentOf(pid: number): number | undefined {
  const stat = read(`/proc/${pid}/stat`)
  // The command name in parentheses may hold spaces and parentheses itself.
  return stat === undefined ? undefined : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
}

function kbOf(text: string | undefined, name: string): number | undefined {
  const found = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text ?? '')?.[1]
  return found === undefined ? undefined : Number(found)
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
