import type { SimRequest } from '../kit/http-types.ts'
import { type BodyShape, readBody } from './body.ts'
import { fail } from './errors.ts'
import type { FubPerson } from './records.ts'
import type { FubStore } from './store.ts'

const PUT: BodyShape = {
  firstName: 'string',
  lastName: 'string',
  stage: 'string',
  contacted: 'flag',
  price: 'number',
  assignedTo: 'string',
  assignedUserId: 'integer',
  assignedPondId: 'integer',
  assignedLenderName: 'string',
  assignedLenderId: 'integer',
  emails: 'array',
  phones: 'array',
  addresses: 'array',
  tags: 'array',
  background: 'string',
  timeframeId: 'integer',
}
const POST: BodyShape = {
  ...PUT,
  createdAt: 'string',
  source: 'string',
  sourceUrl: 'string',
  collaborators: 'array',
}
/** For whoever plays the user. */
const USER: BodyShape = { ...POST, name: 'string', stageId: 'integer', type: 'string' }

/** What a POST or PUT of a person sets, or 400. Ponds, collaborators and source addresses are taken and forgotten. */
export function readPerson(request: SimRequest, store: FubStore): Partial<FubPerson> {
  const shape = request.actor === 'user' ? USER : request.method === 'POST' ? POST : PUT
  const {
    contacted,
    createdAt,
    sourceUrl,
    collaborators,
    assignedPondId,
    assignedLenderName,
    emails,
    phones,
    ...rest
  } = readBody(request, shape)
  const patch = rest as Partial<FubPerson>
  if (contacted !== undefined) patch.contacted = contacted ? 1 : 0
  if (Array.isArray(emails)) patch.emails = emails.map(contact)
  if (Array.isArray(phones))
    patch.phones = phones.map((phone, index) => {
      const row = contact(phone, index)
      return { ...row, normalized: row.value.replace(/\D/g, '') }
    })
  return { ...patch, ...named(patch), ...assigned(patch, assignedLenderName, store), ...staged(patch, store) }
}

/** The first of a list is the primary one. */
function contact(given: unknown, index: number) {
  const { value, type } = given as { value?: unknown; type?: unknown }
  const isPrimary: 0 | 1 = index === 0 ? 1 : 0
  return { value: String(value ?? ''), type: String(type ?? 'home'), status: 'Valid', isPrimary }
}

function named({ name, firstName, lastName }: Partial<FubPerson>): Partial<FubPerson> {
  if (name !== undefined && firstName === undefined) {
    const [first = '', ...rest] = name.split(' ')
    return { firstName: first, lastName: rest.join(' ') }
  }
  if (name !== undefined || (firstName === undefined && lastName === undefined)) return {}
  return { name: [firstName, lastName].filter(Boolean).join(' ') }
}

function assigned(patch: Partial<FubPerson>, lender: unknown, store: FubStore): Partial<FubPerson> {
  const found: Partial<FubPerson> = {}
  const active = store.users.filter((user) => user.status === 'Active')
  if (typeof lender === 'string') {
    const user = active.find(({ name }) => name === lender)
    if (user === undefined) return fail(400, 'Invalid value for assignedLenderName: no such user.')
    found.assignedLenderId = user.id
  }
  if (patch.assignedUserId === undefined && patch.assignedTo === undefined) return found
  const user = active.find(({ id, name }) => id === patch.assignedUserId || name === patch.assignedTo)
  if (user === undefined) return fail(400, 'Invalid value for assignedUserId or assignedTo: no such user.')
  return { ...found, assignedUserId: user.id, assignedTo: user.name }
}

function staged(patch: Partial<FubPerson>, store: FubStore): Partial<FubPerson> {
  if (patch.stageId === undefined && patch.stage === undefined) return {}
  const stage = store.book.peopleStages.find(({ id, name }) => id === patch.stageId || name === patch.stage)
  if (stage === undefined) return fail(400, 'Invalid value for stage.')
  return { stageId: stage.id, stage: stage.name }
}
