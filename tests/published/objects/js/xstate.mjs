// A state machine whose snapshot is the state.
import { assign, createActor, createMachine, getNextSnapshot, setup } from 'xstate';

export const light = setup({
  actions: { count: assign({ rounds: ({ context }) => context.rounds + 1 }) },
}).createMachine({
  id: 'light',
  initial: 'green',
  context: { rounds: 0 },
  states: {
    green: { on: { NEXT: 'yellow' } },
    yellow: { on: { NEXT: 'red' } },
    red: { on: { NEXT: { target: 'green', actions: 'count' }, BREAK: 'broken' } },
    broken: { type: 'final' },
  },
});

export default class Crossing {
  constructor() {
    this.snapshot = createActor(light).getPersistedSnapshot();
  }

  use() {
    const actor = createActor(light).start();
    const seen = [];
    actor.subscribe((snapshot) => seen.push(snapshot.value));
    for (let i = 0; i < 4; i++) actor.send({ type: 'NEXT' });
    const door = createMachine({ initial: 'shut', states: { shut: { on: { PUSH: 'open' } }, open: {} } });
    return {
      seen,
      rounds: actor.getSnapshot().context.rounds,
      can: actor.getSnapshot().can({ type: 'BREAK' }),
      door: getNextSnapshot(door, createActor(door).getSnapshot(), { type: 'PUSH' }).value,
    };
  }

  goOn() {
    const actor = createActor(light, { snapshot: this.snapshot }).start();
    actor.send({ type: 'NEXT' });
    actor.send({ type: 'NEXT' });
    this.snapshot = actor.getPersistedSnapshot();
    return { value: this.snapshot.value, context: this.snapshot.context, status: this.snapshot.status };
  }
}
