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
