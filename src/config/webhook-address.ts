/**
 * Where a service delivers to: at the common address of its kind, or at that of one connection by name. `publicUrl`: PUBLIC_URL,
 * beneath whose path the receiver answers.
 */
export function webhookAddress(publicUrl: string, provider: string, connection: string | null): string {
  const base = `${publicUrl.replace(/\/+$/, '')}/webhook/${provider}`
  return connection === null ? base : `${base}/${encodeURIComponent(connection)}`
}

/** Where a service's own sign-in page leads back to, where the receiver answers from outside. */
export function signInAddress(publicUrl: string, provider: string): string {
  return `${publicUrl.replace(/\/+$/, '')}/sign-in/${provider}`
}
