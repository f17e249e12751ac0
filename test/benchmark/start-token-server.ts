import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** Starts the token endpoint in a process of its own, which is killed at the end of the block. */
export async function startTokenServer(): Promise<{ readonly baseUrl: string } & Disposable> {
  const server = fork(new URL('./token-server.ts', import.meta.url), { execArgv: [] });
  const [{ port }] = (await once(server, 'message')) as [AddressInfo];
  return { baseUrl: `http://127.0.0.1:${port}/api`, [Symbol.dispose]: () => void server.kill() };
}
