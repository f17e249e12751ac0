import { expect, it } from 'vitest';
import { createWriteQueue } from '../../src/session/write-queue.ts';

it('whenWritten waits for writes that are added while it waits', async () => {
  const queue = createWriteQueue();
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const order: string[] = [];
  queue.add(() => first.promise);
  const written = queue.whenWritten().then(() => order.push('written'));
  queue.add(() => second.promise.then(() => void order.push('second write')));
  first.resolve();
  await new Promise((resolve) => setImmediate(resolve));
  second.resolve();
  await written;
  expect(order).toEqual(['second write', 'written']);
});
