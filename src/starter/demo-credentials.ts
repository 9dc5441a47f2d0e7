/** Made up, and good for the simulators alone: they take any non-empty key. */
export const DEMO_CREDENTIALS = {
  followUpBoss: { apiKey: 'demo-owner', systemName: 'Dealbridge demo', systemKey: 'demo-system-key' },
  todoist: { token: 'demo-token', webhookSecret: 'demo-client-secret' },
} as const
