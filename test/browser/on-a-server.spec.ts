import { expect, it, vi } from 'vitest';
import { createBrowserAuth } from '../../src/browser/index.ts';

it('is signed out on a server, and uses no storage, sends no messages and does not keep the process running', () => {
  const before = process.getActiveResourcesInfo();
  const told: unknown[] = [];
  using auth = createBrowserAuth({ baseUrl: '/etna', appKey: 'key', onStorageError: (error) => told.push(error) });
  expect(process.getActiveResourcesInfo()).toEqual(before);
  expect(auth.getSnapshot()).toEqual({ state: 'idle' });
  expect(auth).toMatchObject({ storage: 'memory', unfinished: null });
  expect(told).toEqual([]);
});

it.each([null, '', 'about:blank'])('signs in beside a document that is no page, at the address %j', async (baseURI) => {
  vi.stubGlobal('document', { baseURI });
  try {
    const fetch = async () => Response.json({ State: 'Succeeded', Token: 'dG9rZW4=' });
    using auth = createBrowserAuth({ baseUrl: 'https://etna.test/api', appKey: 'key', fetch });
    expect((await auth.login({ username: 'bob', password: 'bob-demo' })).state).toBe('authenticated');
    expect(auth.storage).toBe('memory');
  } finally {
    vi.unstubAllGlobals();
  }
});

it('would be noticed if it kept a process running', () => {
  const before = process.getActiveResourcesInfo();
  const channel = new BroadcastChannel('a channel');
  expect(process.getActiveResourcesInfo()).not.toEqual(before);
  channel.close();
});
