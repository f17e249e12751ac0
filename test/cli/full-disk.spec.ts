import { spawnSync } from 'node:child_process';
import { describe, it } from 'vitest';
import { runCommand, signingIn } from './command.ts';
import { openHome } from './signed-in.ts';

/** Gives commands a disk of two pages of 4 KiB for their sessions. Only they see it. */
const withDisk = (script: string) => [
  'unshare',
  '--mount',
  'sh',
  '-c',
  `mkdir -p "$ETNA_AUTH_HOME" && mount -t tmpfs -o size=8k,mode=700 none "$ETNA_AUTH_HOME" || exit 99
   fill() { head -c "$1" /dev/zero > "$ETNA_AUTH_HOME/other"; }
   say() { "$@"; echo "exit code $?"; }
   ${script}`,
  'sh',
];
const canMount = spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;

async function run(script: string, ...flags: readonly string[]) {
  await using home = await openHome();
  const variables = { ...signingIn(home.emulator, 'bob'), ...home.variables };
  const { stdout, stderr } = await runCommand(['login', ...flags], variables, {
    launcher: withDisk(script),
    timeout: 30_000,
  });
  return { stdout, stderr, requests: home.emulator.requests.length };
}

describe.concurrent('a login with a disk that is almost full', () => {
  it('sends nothing and leaves nothing behind if there is no room, and works once there is', async ({
    expect,
    skip,
  }) => {
    skip(!canMount, 'unshare --mount is not permitted here');
    const { stdout, stderr, requests } = await run(
      'fill 8k; say "$@"; ls "$ETNA_AUTH_HOME"; rm "$ETNA_AUTH_HOME/other"; say "$@"',
    );
    expect(stdout).toBe('exit code 6\nother\nexit code 0\n');
    expect(stderr).toMatch(/^The session store is unavailable\. \(ENOSPC at .*\n.*Signed in as bob until .*stored in /);
    expect(requests).toBe(1);
  });

  it('stores its session if there is room for that alone, and leaves nothing else behind', async ({ expect, skip }) => {
    skip(!canMount, 'unshare --mount is not permitted here');
    const { stdout, stderr, requests } = await run('fill 4k; say "$@"; ls "$ETNA_AUTH_HOME"', '--print-token');
    expect(stdout).toMatch(/^\S+\nexit code 0\n[\da-f]{16}\.json\nother\n$/);
    expect(stderr).toMatch(/^Later commands will need the flags of this one\. .*\nSigned in as bob until .*stored in /);
    expect(requests).toBe(1);
  });
});
