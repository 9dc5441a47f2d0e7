import { describeProvider } from '../provider-contract.ts'
import { followUpBoss } from './follow-up-boss.ts'

describeProvider(followUpBoss('Follow Up Boss'))
