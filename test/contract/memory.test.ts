import { describeProvider } from '../provider-contract.ts'
import { memory } from './memory.ts'

describeProvider(memory('feed'))
describeProvider(memory('bare'))
