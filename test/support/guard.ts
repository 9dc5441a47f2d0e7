import { spawn } from 'node:child_process'

/**
 * Ends detached processes and removes a folder when this process dies without doing so itself: the guard waits at
 * the other end of a pipe, which the system closes whatever the death.
 */
export function startGuard(folder: string): { watch(pid: number): void; dismiss(): void } {
  const script = `
    const pids = []
    let dismissed = false
    const kill = (pid, signal) => { try { process.kill(pid, signal) } catch {} }
    process.stdin.setEncoding('utf8')
    process.stdin.on('data', (text) => {
      for (const word of text.split('\\n')) {
        if (word === 'dismiss') dismissed = true
        else if (word) pids.push(Number(word))
      }
    })
    process.stdin.on('end', () => {
      if (dismissed) return
      for (const pid of pids) { kill(-pid, 'SIGKILL') }
      setTimeout(() => require('node:fs').rmSync(process.argv[1], { recursive: true, force: true }), 200)
    })`
  const guard = spawn(process.execPath, ['-e', script, folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  guard.unref()
  return {
    watch: (pid) => guard.stdin.write(`${pid}\n`),
    dismiss: () => guard.stdin.end('dismiss\n'),
  }
}
