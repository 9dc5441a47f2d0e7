import { type Command, Option } from 'commander'
import type { AssigneeInput } from '../config/assignee-input.ts'
import { UserError } from '../config/errors.ts'
import { ASSIGNEE_SCOPES, type AssigneeScope } from '../core/policy.ts'
import type { AccountUser } from '../providers/contract.ts'

/** What flags say of whose tasks a route has. */
export type AgentFlags = {
  readonly agent?: readonly string[]
  readonly unassigned?: boolean
  readonly assignees?: (typeof ASSIGNEE_SCOPES)[number]
}

/** Adds the flags about agents to a command. */
export function withAgentFlags(command: Command): Command {
  return command
    .option(
      '--agent <who>',
      'only tasks of this user of the CRM, by name, e-mail or id; again for more',
      (who: string, before: readonly string[] = []) => [...before, who],
    )
    .option('--unassigned', 'with --agent: tasks that nobody is assigned to as well')
    .addOption(
      new Option('--assignees <whose>', 'tasks of the key’s own user, or of anyone').choices(ASSIGNEE_SCOPES),
    )
}

/** Undefined where no flag says anything. */
export function assigneeChange({ agent, unassigned, assignees }: AgentFlags): AssigneeInput | undefined {
  if (agent === undefined && unassigned === true)
    throw wrongFlags('--unassigned goes with --agent.', 'Name the agents of the route, too.')
  if (agent !== undefined && assignees !== undefined)
    throw wrongFlags('--agent and --assignees do not go together.', 'Give one of them.')
  return agent === undefined ? assignees : { only: [...agent], unassigned: unassigned === true }
}

/** E.g. `tasks of Dana Fox and Sam Agent, and of nobody`; null where the usual holds. */
export function agentWords(assignees: AssigneeScope, users: readonly AccountUser[]): string | null {
  if (typeof assignees === 'string') return assignees === 'anyone' ? 'tasks of anyone' : null
  const names = assignees.only.map((id) => agentName(id, users))
  return `tasks of ${names.join(' and ')}${assignees.unassigned ? ', and of nobody' : ''}`
}

/** As people call a user; by id where nobody has told a name. One who was removed from the account is called so. */
export function agentName(id: string, users: readonly AccountUser[]): string {
  const user = users.find((one) => one.id === id)
  if (user === undefined) return `user ${id}`
  return user.active ? user.name : `${user.name} (not in the account any more)`
}

function wrongFlags(message: string, hint: string): UserError {
  return new UserError({ code: 'AGENT_FLAGS', message, hints: [hint], exitCode: 2 })
}
