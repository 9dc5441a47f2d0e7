import type { CredentialField } from '../contract.ts'

/** The service's own names: reference follow-up-boss, authentication. */
export const CREDENTIAL_FIELDS: readonly CredentialField[] = [
  {
    name: 'apiKey',
    label: 'API key',
    secret: true,
    required: true,
    help: 'Follow Up Boss: Admin, API.',
  },
  {
    name: 'systemName',
    label: 'System name',
    secret: false,
    required: false,
    help: 'Of a registered system: needed for webhooks, and for twice the requests.',
  },
  {
    name: 'systemKey',
    label: 'System key',
    secret: true,
    required: false,
    help: 'Comes with the system name.',
  },
]
