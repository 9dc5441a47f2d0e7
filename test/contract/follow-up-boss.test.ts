import { describeProvider } from '../provider-contract.ts'
import { BUNDLES, settingsOf } from '../support/unproven.ts'
import { followUpBoss } from './follow-up-boss.ts'

for (const bundle of BUNDLES)
  describeProvider(
    followUpBoss(`Follow Up Boss, open questions as ${bundle}`, settingsOf(bundle).followUpBoss),
  )
