import type { CredentialField } from '../contract.ts'

export const CREDENTIAL_FIELDS: readonly CredentialField[] = [
  {
    name: 'username',
    label: 'User name',
    secret: false,
    required: true,
    help: 'As you sign in; often an e-mail address.',
  },
  {
    name: 'password',
    label: 'Password',
    secret: true,
    required: true,
    help: 'Of many services an app password, made in their settings: docs/caldav.md.',
  },
]
