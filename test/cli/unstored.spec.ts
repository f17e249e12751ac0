import fs from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createFileStore, storedLogin } from '../../src/node/index.ts';
import type { RunningEmulator } from '../../src/testing/index.ts';
import { openHome } from './signed-in.ts';

const bobAt = ({ baseUrl, appKey }: RunningEmulator) => ({ baseUrl, appKey, username: 'bob', password: 'bob-demo' });

it('a session that cannot be stored is returned to a program, with the reason', async () => {
  await using home = await openHome();
  const told: unknown[] = [];
  const directory = `${home.directory}-program`;
  const session = await storedLogin({
    ...bobAt(home.emulator),
    store: { ...createFileStore({ directory }), set: (key) => !key.endsWith(' bob') },
    onStoreError: (error) => told.push(error),
  });
  expect(session).toMatchObject({ username: 'bob' });
  expect(told).toEqual([expect.objectContaining({ code: 'store-unavailable' })]);
});

it('a login with a store that is not writable sends nothing', async () => {
  await using home = await openHome();
  const store = { ...createFileStore({ directory: `${home.directory}-full` }), set: () => false };
  await expect(storedLogin({ ...bobAt(home.emulator), store })).rejects.toMatchObject({ code: 'store-unavailable' });
  expect(home.emulator.requests).toEqual([]);
});

it('a lock of an older version, with the number of a living process, delays a login but does not prevent it', async () => {
  await using home = await openHome();
  await home.signIn();
  const [name = ''] = (await readdir(home.directory)).filter((file) => /^[\da-f]{16}\.json$/.test(file));
  const lock = join(home.directory, name.replace('.json', '.lock'));
  await mkdir(lock);
  await writeFile(`${lock}.owner`, '1 host', { mode: 0o600 });
  const { exitCode } = await home.login(['--force']);
  expect(exitCode).toBe(0);
}, 30_000);

it('a login with a store does not change the process', async () => {
  await using home = await openHome();
  const functions = () => [fs.close, process.cwd, process.emit, process.chdir, ...process.eventNames()];
  const before = functions();
  await home.signIn();
  expect(functions()).toEqual(before);
});
