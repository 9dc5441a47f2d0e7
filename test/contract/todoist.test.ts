import { describeProvider } from '../provider-contract.ts'
import { todoist } from './todoist.ts'

describeProvider(todoist('Todoist'))
