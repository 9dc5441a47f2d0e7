import { describeProvider } from '../provider-contract.ts'
import { BUNDLES, settingsOf } from '../support/unproven.ts'
import { todoist } from './todoist.ts'

for (const bundle of BUNDLES)
  describeProvider(todoist(`Todoist, open questions as ${bundle}`, settingsOf(bundle).todoist))
