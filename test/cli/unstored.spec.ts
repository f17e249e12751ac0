import fs from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFileStore, storedLogin } from '../../src/node/index.ts';
import type { RunningEmulator } from '../../src/testing/index.ts';
import { patience } from './command.ts';
import { deliverCode } from './crowd.ts';
import { openHome } from './signed-in.ts';

/** Answers the challenge, and has taken the store away when the session comes. */
const codeCommand = `
  until test -e "$ETNA_AUTH_HOME.code"; do sleep 0.05; done
  rm -rf "$ETNA_AUTH_HOME"; touch "$ETNA_AUTH_HOME"
  cat "$ETNA_AUTH_HOME.code"`;

async function loginThatLosesItsStore(flags: readonly string[]) {
  await using home = await openHome();
  const run = home.login(['--code-command', codeCommand, ...flags], 'alice');
  await expect.poll(() => home.emulator.inbox('alice').length, { timeout: patience }).toBe(1);
  await deliverCode(home, home.emulator);
  const { exitCode, stdout, stderr } = await run;
  return { exitCode, stdout, stderr, requests: home.emulator.requests };
}

const bobAt = ({ baseUrl, appKey }: RunningEmulator) => ({ baseUrl, appKey, username: 'bob', password: 'bob-demo' });

describe('a session that cannot be stored after the login', () => {
  it('is still printed, and the user is informed', async () => {
    const { exitCode, stdout, stderr, requests } = await loginThatLosesItsStore(['--print-token']);
    expect(stdout).toMatch(/^\S+\n$/);
    expect(stderr).toMatch(/Signed in as alice until .* not stored: The session store is unavailable\./);
    expect(exitCode).toBe(0);
    expect(requests).toHaveLength(2);
  });

  it('leads to exit code 6 if it is not printed', async () => {
    const { exitCode, stderr } = await loginThatLosesItsStore([]);
    expect(stderr).toContain('The session was not stored');
    expect(exitCode).toBe(6);
  });

  it('is returned to a program, with the reason', async () => {
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
