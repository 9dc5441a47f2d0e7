import type { AccountFacts, WriteOp, WriteResult } from '../../src/providers/contract.ts'
import { Caller, type Connecting } from './caller.ts'
import { TestTime } from './time.ts'
import type { ContractWorld, Service, User } from './world.ts'

/** An opened world, with the provider checked in. */
export class Stage extends Caller {
  readonly world: ContractWorld

  private constructor(world: ContractWorld, time: TestTime, facts: AccountFacts) {
    super(world, time, facts)
    this.world = world
  }

  static async open(service: Service): Promise<Stage> {
    const time = new TestTime()
    const world = await service.open(time)
    try {
      return new Stage(world, time, await Caller.check(world, time))
    } catch (error) {
      await world.close()
      throw error
    }
  }

  /** As the world's user, who waits until what they made is to be seen. */
  get user(): User {
    const { user } = this.world
    const settled = async <T>(done: Promise<T>): Promise<T> => {
      const result = await done
      await this.settle()
      return result
    }
    return {
      ...user,
      add: (fields) => settled(user.add(fields)),
      addMany: (count) => settled(user.addMany(count)),
    }
  }

  /** As the caller's, and then waits until what was made is to be seen. */
  override async write(op: WriteOp, options: Connecting = {}): Promise<WriteResult> {
    const result = await super.write(op, options)
    await this.settle()
    return result
  }

  override async writeAll(ops: readonly WriteOp[]): Promise<readonly WriteResult[]> {
    const results = await super.writeAll(ops)
    await this.settle()
    return results
  }

  /** The op alone, without waiting for anything. */
  send(op: WriteOp): Promise<WriteResult> {
    return super.write(op)
  }

  /** Until new tasks are shown. */
  async settle(): Promise<void> {
    const { hiddenForMs = 0 } = this.world
    if (hiddenForMs > 0) await this.advance(hiddenForMs + 1)
  }

  /** Both clocks: the service's and the database's. */
  async advance(ms: number): Promise<void> {
    this.time.advance(ms)
    await this.world.advance(ms)
  }
}

/** Runs a law on a stage of its own. */
export function staged(service: Service, law: (stage: Stage) => Promise<void>): () => Promise<void> {
  return async () => {
    const stage = await Stage.open(service)
    try {
      await law(stage)
    } finally {
      await stage.world.close()
    }
  }
}
