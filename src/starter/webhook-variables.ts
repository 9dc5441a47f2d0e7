/**
 * What the environment says of an account's webhooks. `takes`: the variable that says at each start whether its deliveries are taken.
 * `secrets`: those that can hold the secret by which they are checked.
 */
export const WEBHOOK_VARIABLES: Readonly<
  Record<string, { readonly takes: string; readonly secrets: readonly string[] }>
> = {
  'follow-up-boss': { takes: 'FUB_USE_WEBHOOKS', secrets: ['FUB_SYSTEM_KEY'] },
  todoist: { takes: 'TODOIST_USE_WEBHOOKS', secrets: ['TODOIST_CLIENT_SECRET', 'TODOIST_WEBHOOK_SECRET'] },
}
