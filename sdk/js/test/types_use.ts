// Compiled, never run: what a program in TypeScript may and may not write.
import { connect, AminoError, GuestException, type Stub, type CallOptions } from '@amino/client';

interface Counter {
  incr(by: number): number;
  get(): number;
}

export async function use(options: CallOptions): Promise<number> {
  const client = await connect('127.0.0.1:7420', { deadline: 0.5 });
  const counter: Stub<Counter> = await client.get<Counter>('counter');
  const five: number = await counter.withOptions(options).incr(5);
  // @ts-expect-error a member that the class has not
  await counter.decr(5);
  // @ts-expect-error an argument of the wrong type
  await counter.incr('5');
  const anything = await client.create('counter', 10);
  const answer: string = await anything.whatever(1, 2, 3);
  const many: Stub[] = await client.createMany(anything, [[1], [2, 'x']], { names: ['one', 'two'], labels: { tier: 'gold' } });
  // @ts-expect-error arguments that are in no array of their own
  await client.createMany('counter', [1, 2]);
  const { object, pending } = await client.attach('counter', ['Retry']);
  const late: string[] = pending;
  await client.move('counter', late[0], { replica: object.replicas[0]?.path });
  // @ts-expect-error a replica is named by its path
  await client.move('counter', 'north', { replica: 0 });
  await many[0]?.dm.push();
  await anything.dm.push();
  await anything.dm.of('Retry').push();
  for await (const { kind, object } of client.watch()) if (kind === 'put') console.log(object?.name, answer);
  try {
    await counter.get();
  } catch (error) {
    if (error instanceof GuestException) console.log(error.type, error.guestStack, error.code);
    else if (error instanceof AminoError) console.log(error.details);
  }
  await client.close();
  return five;
}
