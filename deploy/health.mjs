// Asks the receiver of this container how it is: 0 for healthy. It answers under the path of PUBLIC_URL, if that has one.
const port = process.env.API_PORT || '8100'
const path = process.env.PUBLIC_URL ? new URL(process.env.PUBLIC_URL).pathname.replace(/\/+$/u, '') : ''
try {
  const answer = await fetch(`http://127.0.0.1:${port}${path}/health`, { signal: AbortSignal.timeout(4_000) })
  process.exitCode = answer.ok ? 0 : 1
} catch {
  process.exitCode = 1
}
