import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { createFileStore, storedLogin } from '../../src/node/index.ts';
import { keepSession } from '../../src/session/index.ts';
import { startEmulator } from '../../src/testing/index.ts';

it('programs that keep the session of one store sign in once per lifetime, and not when they restart', async () => {
  await using emulator = await startEmulator();
  const directory = await mkdtemp(join(tmpdir(), 'etna-auth-kept-'));
  const { baseUrl, appKey } = emulator;
  const broker = { baseUrl, appKey, username: 'bob', sessionLifetime: 8000 };
  const onLoginError = vi.fn();
  /** As docs/sessions.md has it. */
  const start = () => {
    const store = createFileStore({ directory });
    return keepSession({
      ...broker,
      store,
      renewBefore: 4000,
      login: (context) => storedLogin({ ...broker, ...context, store, password: 'bob-demo' }),
      onLoginError,
    });
  };
  const logins = () => emulator.requests.filter(({ path }) => path === '/api/token').length;

  const programs = [await start(), await start()];
  const [first, other] = await Promise.all(programs.map((program) => program.getSession()));
  expect([first?.issuedAt, logins()]).toEqual([other?.issuedAt, 1]);

  const restarted = await start();
  expect((await restarted.getSession()).issuedAt).toBe(first?.issuedAt);
  expect(logins()).toBe(1);

  for (const program of [...programs, restarted]) {
    await expect.poll(async () => (await program.getSession()).issuedAt).toBeGreaterThan(first?.issuedAt ?? 0);
  }
  const renewals = logins() - 1;
  expect(renewals).toBeGreaterThan(0);
  // On a slow machine the next renewal may be due already. No two may be for one session.
  expect(renewals).toBeLessThanOrEqual((Date.now() - Number(first?.issuedAt)) / 4000);
  expect(onLoginError).not.toHaveBeenCalled();

  for (const program of [...programs, restarted]) await program.stop();
  await rm(directory, { recursive: true });
});
