import { expect, it } from 'vitest';
import { createBrowserAuth } from '../../src/browser/index.ts';

it('is signed out on a server, where it keeps nothing, tells nobody and keeps no process alive', () => {
  const before = process.getActiveResourcesInfo();
  const told: unknown[] = [];
  using auth = createBrowserAuth({ baseUrl: '/etna', appKey: 'key', onStorageError: (error) => told.push(error) });
  expect(process.getActiveResourcesInfo()).toEqual(before);
  expect(auth.getSnapshot()).toEqual({ state: 'idle' });
  expect(auth).toMatchObject({ storage: 'memory', unfinished: null });
  expect(told).toEqual([]);
});

it('could be seen to keep a process alive', () => {
  const before = process.getActiveResourcesInfo();
  const channel = new BroadcastChannel('a channel');
  expect(process.getActiveResourcesInfo()).not.toEqual(before);
  channel.close();
});
