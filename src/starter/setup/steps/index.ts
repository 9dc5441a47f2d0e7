import type { Step } from '../step.ts'
import { confirmStep } from './confirm.ts'
import { fieldsStep } from './fields.ts'
import { firstSyncStep } from './first-sync.ts'
import { labelsStep } from './labels.ts'
import { pipelinesStep } from './pipelines.ts'
import { stagesStep } from './stages.ts'
import { todoistWebhooksStep } from './todoist-webhooks.ts'
import { webhooksStep } from './webhooks.ts'
import { whoseStep } from './whose.ts'

/** In the order in which they are asked. */
export const STEPS: readonly Step[] = [
  pipelinesStep,
  stagesStep,
  fieldsStep,
  labelsStep,
  whoseStep,
  firstSyncStep,
  webhooksStep,
  todoistWebhooksStep,
  confirmStep,
]
