import { execFile } from 'node:child_process';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { storedSession } from './session.ts';

const program = fileURLToPath(new URL('keyring-user.ts', import.meta.url));

it('stores sessions in the keyring of a Linux desktop, and deletes them', async () => {
  await using home = await mkdtempDisposable(join(tmpdir(), 'etna-auth-'));
  const session = `printf secret | gnome-keyring-daemon --unlock --components=secrets >&2 && exec "$0" "$1"`;
  const { stdout } = await promisify(execFile)(
    'dbus-run-session',
    ['--', 'bash', '-c', session, process.execPath, program],
    { env: { PATH: process.env.PATH, HOME: home.path, XDG_RUNTIME_DIR: home.path } },
  );
  expect(JSON.parse(stdout)).toEqual([null, storedSession('one'), storedSession('two'), null]);
});
