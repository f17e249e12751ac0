import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningEmulator, startEmulator } from '../../src/testing/index.ts';
import { readExamples, root } from '../package/examples.ts';
import { environmentWith, patience, signingIn } from './command.ts';

const command = `'${process.execPath}' '${resolve(root, 'dist/cli.cjs')}'`;

/** Stands in for what readers have installed. */
const installed = `
set -euo pipefail
etna-auth() { ${command} "$@"; }
npx() { "$@"; }
jq() { cat; }
`;

/** What the commands of a page do, in this order. */
const scripts = readExamples().filter(
  ({ source, language, code }) =>
    ['docs/start.md', 'docs/program.md', 'docs/command.md'].includes(source) &&
    language === 'sh' &&
    code.includes('etna-auth login'),
);

describe.concurrent('the commands in the docs', () => {
  let emulator: RunningEmulator;
  let home: string;
  beforeAll(async () => {
    emulator = await startEmulator({
      // A script has nobody to type a code, unless it brings a command for it.
      users: ['alice', 'trader', 'program'].map((username) => ({
        username,
        password: `${username}-demo`,
        twoFactor: username === 'program' && 'sms',
      })),
      createCode: () => '123456',
    });
    home = await mkdtemp(join(tmpdir(), 'etna-auth-commands-'));
    await writeFile(join(home, 'newest-code'), '#!/bin/sh\necho 123456\n');
    await chmod(join(home, 'newest-code'), 0o755);
  });
  afterAll(async () => {
    await emulator.close();
    await rm(home, { recursive: true });
  });

  it('are found', () => expect(scripts).toHaveLength(3));

  it.each(scripts.map(({ source, code }) => [source, code]))('are good: %s', async (source = '', code = '') => {
    const username = { 'docs/start.md': 'alice', 'docs/command.md': 'trader' }[source] ?? 'program';
    const env = environmentWith({
      ...signingIn(emulator, username),
      ETNA_AUTH_STORE: 'file',
      ETNA_AUTH_HOME: join(home, username),
    });
    const script = code
      .replace(/(ETNA_BASE_URL=|--base-url )\S+/, `$1${emulator.baseUrl}`)
      .replace(/ETNA_APP_KEY=\S+/, `ETNA_APP_KEY=${emulator.appKey}`);
    const options = { cwd: home, env, timeout: 2 * patience };
    const { stderr, stdout } = await promisify(execFile)('bash', ['-c', installed + script], options);
    expect(stderr).toContain(`Signed in as ${username} until`);
    expect(stdout).toContain('"');
    // The doctor calls without a session, to be refused.
    const calls = emulator.requests.filter(
      ({ path, authorization }) => path.startsWith('/api/v1.0/users/@me/') && authorization !== 'none',
    );
    expect(calls.length).toBeGreaterThan(0);
    expect(calls.map(({ status }) => status)).not.toContain(401);
  });
});
