import { spawnSync } from 'node:child_process';
import { mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { secret } from '../../machines/secret.ts';
import { rememberAccount } from '../../src/cli/account.ts';
import { createFileStore } from '../../src/node/index.ts';
import { saveSession } from '../../src/session/session-store.ts';

// How long `etna-auth token` takes, as a multiple of what Node itself takes to do nothing. They run in turn, so that whatever
// else the machine does slows both.
const rounds = 20;

using folder = mkdtempDisposableSync(join(tmpdir(), 'etna-auth-'));
process.env.ETNA_AUTH_HOME = folder.path;
const account = { baseUrl: 'https://etna.test/api', username: 'alice' };
const now = Date.now();
const session = { username: 'alice', token: secret('benchmark-token'), issuedAt: now, expiresAt: now + 3_600_000 };
await saveSession(createFileStore(), account, session);
await rememberAccount({ ...account, store: 'file' });

const command = resolve(import.meta.dirname, '../../dist/cli.cjs');
const programs = { nothing: ['-e', '0'], token: [command, 'token'] };
const times = { nothing: [] as number[], token: [] as number[] };
const env = { PATH: process.env.PATH, ETNA_AUTH_HOME: folder.path };

for (let round = 0; round <= rounds; round++) {
  for (const name of ['nothing', 'token'] as const) {
    const start = performance.now();
    const { status, stdout } = spawnSync(process.execPath, programs[name], { env, encoding: 'utf8' });
    const time = performance.now() - start;
    if (status !== 0 || (name === 'token' && stdout !== 'benchmark-token\n')) throw new Error(`${name} failed`);
    // The first round only warms up the disk's cache.
    if (round > 0) times[name].push(time);
  }
}

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const [nothing, token] = [median(times.nothing), median(times.token)];
console.log(`node -e 0          ${nothing.toFixed(1)} ms`);
console.log(`etna-auth token    ${token.toFixed(1)} ms`);
console.log(`ratio              ${(token / nothing).toFixed(2)} (median of ${rounds}, run in turn)`);
