import { execFile } from 'node:child_process';
import { chmod, mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { startEmulator } from '../../src/testing/index.ts';
import { commandLine, environmentWith, runCommand, startCommand } from './command.ts';
import { openTerminal } from './terminal.ts';

const ready = /Ctrl-C stops it\.\n/;

/** The lines that are there to be pasted: those for everybody, and that of one user. */
function pasteable(output: string, username: string): string {
  const lines = output.split('\n');
  const ownLine = lines.find((line) => line.startsWith('ETNA_PASSWORD=') && line.endsWith(` ${username}`));
  return [lines.find((line) => line.startsWith('export ')), ownLine].join('\n');
}

/** Pastes lines into a shell, in which `npx etna-auth` means the command under test. */
async function paste(lines: string): Promise<string> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'etna-auth-'));
  const npx = join(folder.path, 'npx');
  await writeFile(npx, `#!/bin/sh\ntest "$1" = etna-auth || exit 1\nshift\nexec ${commandLine([]).join(' ')} "$@"\n`);
  await chmod(npx, 0o755);
  const { PATH, ...environment } = environmentWith({});
  const env = { ...environment, PATH: `${folder.path}:${PATH}` };
  return (await promisify(execFile)('/bin/sh', ['-c', lines], { env })).stderr;
}

describe.concurrent('etna-auth emulator', () => {
  it('prints commands that work when pasted, and shows the request with secrets masked', async () => {
    await using emulator = startCommand(['emulator']);
    await emulator.waitForOutput(ready);
    const introduction = emulator.output();
    expect(introduction.match(/^ {2}\w+, with .*:$/gm)).toEqual([
      '  alice, with a code by SMS:',
      '  bob, with the password alone:',
      '  carol, with a code by e-mail and the PIN 2468:',
      '  dave, with a code by SMS and the PIN 1357:',
      '  erin, with an expired password:',
      '  frank, with a PIN that was never set:',
    ]);

    expect(await paste(pasteable(introduction, 'bob'))).toMatch(/^Signed in as bob until /);
    await emulator.waitForOutput(/^POST \/api\/token .*$/m);
    const log = emulator.output().slice(introduction.length);
    expect(log).toMatch(/^POST \/api\/token password=••• username=bob -> 200 Succeeded \(\d+ ms\)\n$/);

    emulator.signal('SIGINT');
    expect(await emulator.ended).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('shows the codes, for use in another terminal', async () => {
    await using emulator = startCommand(['emulator']);
    await emulator.waitForOutput(ready);
    const lines = pasteable(emulator.output(), 'alice');
    const variables = Object.fromEntries(
      [...lines.matchAll(/(ETNA_\w+)=(\S+)/g)].map(([, name, value]) => [name, value]),
    );
    await using terminal = openTerminal(['login', '--username', 'alice'], variables);
    const [, code = ''] = await emulator.waitForOutput(/^SMS to \+1 202 555 0100: your code is (\d{6})$/m);
    await terminal.answer('Code', code);
    expect(await terminal.exitCode()).toBe(0);
    await emulator.waitForOutput(/^POST .* verificationcode=••• authorization=interim token -> 200 Succeeded/m);
  });

  it('reports that its port is in use', async () => {
    await using other = await startEmulator();
    const { port } = new URL(other.url);
    expect(await runCommand(['emulator', '--port', port])).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `The emulator cannot listen on port ${port} (EADDRINUSE). Choose another one with --port.\n`,
    });
  });
});
