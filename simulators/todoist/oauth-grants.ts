import { createHmac, randomBytes } from 'node:crypto'
import type { OAuthApp } from './oauth-apps.ts'

/** An access token; times in milliseconds that only grow. */
export type AccessToken = {
  token: string
  clientId: string
  scopes: readonly string[]
  until: number
  revoked: boolean
}

/** A refresh token; `used`: when, and the access token it was traded for. */
export type RefreshToken = {
  token: string
  clientId: string
  scopes: readonly string[]
  accessToken: string
  used?: { at: number; accessToken: string } | undefined
}

/** A code that waits to be traded for tokens. */
export type PendingCode = {
  code: string
  clientId: string
  scopes: readonly string[]
  redirectUri: string | undefined
  challenge: string | undefined
  until: number
}

/** All of it, as it is kept over a restart. */
export type OAuthContent = {
  key: string
  apps: readonly OAuthApp[]
  codes: readonly PendingCode[]
  accessTokens: readonly AccessToken[]
  refreshTokens: readonly RefreshToken[]
}

/** What a client gets; `refreshToken` is missing for apps without and for a repeat within the grace time. */
export type Issued = { access: AccessToken; refreshToken?: string }

const HOUR_MS = 3_600_000
/** `expires_in: 315360000`, what legacy apps are told. */
export const LEGACY_LIFE_MS = 315_360_000_000
const CODE_LIFE_MS = 600_000
/** A refresh token that comes again within this time was a retry; later it was stolen (reference §4). */
const GRACE_MS = 60_000

/** The apps that are registered, and what the account's user has granted to them. */
export class OAuthGrants {
  private readonly elapsed: () => number
  private key = randomBytes(16).toString('hex')
  readonly apps = new Map<string, OAuthApp>()
  private readonly codes = new Map<string, PendingCode>()
  private readonly access = new Map<string, AccessToken>()
  private readonly refresh = new Map<string, RefreshToken>()
  /** Grows with every change. */
  count = 0

  /** `elapsed`: milliseconds that only grow. */
  constructor(elapsed: () => number) {
    this.elapsed = elapsed
  }

  register(app: OAuthApp): void {
    this.count += 1
    this.apps.set(app.client_id, app)
  }

  /** A code for a user who said yes; it works once, for ten minutes. */
  newCode(grant: Omit<PendingCode, 'code' | 'until'>): string {
    this.count += 1
    const code = secretText()
    this.codes.set(code, { ...grant, code, until: this.elapsed() + CODE_LIFE_MS })
    return code
  }

  /** The code's grant, once. */
  takeCode(code: string): PendingCode | undefined {
    const pending = this.codes.get(code)
    if (pending === undefined) return undefined
    this.count += 1
    this.codes.delete(code)
    return pending.until > this.elapsed() ? pending : undefined
  }

  /** A first pair of tokens, for an app without refresh tokens one that lives on. */
  issue(app: OAuthApp, scopes: readonly string[]): Issued {
    this.count += 1
    const access = this.newAccess(app.client_id, scopes, app.refresh_tokens ? HOUR_MS : LEGACY_LIFE_MS)
    if (!app.refresh_tokens) return { access }
    const refresh = { token: secretText(), clientId: app.client_id, scopes, accessToken: access.token }
    this.refresh.set(refresh.token, refresh)
    return { access, refreshToken: refresh.token }
  }

  /**
   * Trades a refresh token for the next pair. One that was used comes back within 60 s with the same access token
   * and no refresh token; later it ends everything the user granted to the app. Undefined = it is dead.
   */
  trade(app: OAuthApp, token: string, narrowed: readonly string[] | undefined): Issued | undefined {
    const known = this.refresh.get(token)
    if (known === undefined || known.clientId !== app.client_id) return undefined
    if (known.used !== undefined) {
      const access = this.access.get(known.used.accessToken)
      if (access !== undefined && !access.revoked && this.elapsed() - known.used.at <= GRACE_MS)
        return { access }
      this.revokeApp(app.client_id)
      return undefined
    }
    const issued = this.issue(app, narrowed ?? known.scopes)
    this.refresh.set(token, { ...known, used: { at: this.elapsed(), accessToken: issued.access.token } })
    return issued
  }

  /** The scopes a refresh token stands for. */
  scopesOfRefresh(token: string): readonly string[] | undefined {
    return this.refresh.get(token)?.scopes
  }

  /** A token of an app, `dead` when it is expired, revoked or lost by a crash; undefined = not one of an app at all. */
  find(token: string): AccessToken | 'dead' | undefined {
    const known = this.access.get(token)
    if (known === undefined) return this.isOurs(token) ? 'dead' : undefined
    return known.revoked || known.until <= this.elapsed() ? 'dead' : known
  }

  /** Ends an access or refresh token with its partner; whether it was this app's. */
  revoke(clientId: string, token: string): boolean {
    const refresh = this.refresh.get(token)
    const accessToken = refresh?.accessToken ?? token
    const access = this.access.get(accessToken)
    if (access?.clientId !== clientId) return false
    this.count += 1
    this.access.set(accessToken, { ...access, revoked: true })
    for (const each of [...this.refresh.values()])
      if (each.accessToken === accessToken) this.refresh.delete(each.token)
    return true
  }

  /** Ends every token the user granted to an app. */
  revokeApp(clientId: string): void {
    this.count += 1
    for (const each of this.access.values())
      if (each.clientId === clientId) this.access.set(each.token, { ...each, revoked: true })
    for (const each of [...this.refresh.values()])
      if (each.clientId === clientId) this.refresh.delete(each.token)
  }

  /** Whether the app can still act for the user: by an access token, or by a refresh token that gives one. */
  isGranted(clientId: string): boolean {
    const now = this.elapsed()
    return (
      [...this.access.values()].some(
        (each) => each.clientId === clientId && !each.revoked && each.until > now,
      ) || [...this.refresh.values()].some((each) => each.clientId === clientId && each.used === undefined)
    )
  }

  content(): OAuthContent {
    return {
      key: this.key,
      apps: [...this.apps.values()],
      codes: [...this.codes.values()],
      accessTokens: [...this.access.values()],
      refreshTokens: [...this.refresh.values()],
    }
  }

  load(content: OAuthContent): void {
    this.key = content.key
    for (const app of content.apps) this.apps.set(app.client_id, app)
    for (const code of content.codes) this.codes.set(code.code, code)
    for (const each of content.accessTokens) this.access.set(each.token, each)
    for (const each of content.refreshTokens) this.refresh.set(each.token, each)
  }

  private newAccess(clientId: string, scopes: readonly string[], lifeMs: number): AccessToken {
    const head = randomBytes(12).toString('hex')
    const token = head + this.tail(head)
    const access = { token, clientId, scopes, until: this.elapsed() + lifeMs, revoked: false }
    this.access.set(token, access)
    return access
  }

  /** Any text is a personal token; one that we made and do not know any more must not be. */
  private isOurs(token: string): boolean {
    return /^[0-9a-f]{40}$/.test(token) && this.tail(token.slice(0, 24)) === token.slice(24)
  }

  private tail(head: string): string {
    return createHmac('sha256', this.key).update(head).digest('hex').slice(0, 16)
  }
}

/** 40 hexadecimal digits, as the service's tokens look. */
export function secretText(): string {
  return randomBytes(20).toString('hex')
}
