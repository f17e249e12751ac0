import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, vi } from 'vitest';

/** A Redis that listens on a socket, and forgets everything when it ends. */
export interface Redis {
  readonly path: string;
  signal(signal: NodeJS.Signals): void;
}

/** Starts a Redis, which ends with the test, also with one that takes too long. */
export async function startRedis({ onTestFinished }: Pick<TestContext, 'onTestFinished'>): Promise<Redis> {
  const folder = await mkdtempDisposable(join(tmpdir(), 'etna-auth-'));
  const path = join(folder.path, 'redis.sock');
  const server = spawn('redis-server', ['--port', '0', '--unixsocket', path, '--save', ''], { stdio: 'ignore' });
  onTestFinished(async () => {
    server.kill('SIGKILL');
    if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
    await folder.remove();
  });
  await vi.waitUntil(() => existsSync(path), { timeout: 10_000 });
  return { path, signal: (signal) => void server.kill(signal) };
}
