import type { AccountFacts } from '../../src/providers/contract.ts'
import { Caller } from './caller.ts'
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

  get user(): User {
    return this.world.user
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
