import { createClient } from '@redis/client';
import type { SessionStore } from '../../src/session/index.ts';

/** A store in the Redis that listens on a socket. Like any client, it waits for one that is away. */
export async function connectRedisStore(path: string): Promise<SessionStore & AsyncDisposable> {
  const client = createClient({ socket: { path, tls: false } });
  // Without a listener, a lost connection would end the program.
  client.on('error', () => {});
  await client.connect();
  return {
    get: async (key) => JSON.parse((await client.get(key)) ?? 'null'),
    set: (key, value, ttl) => client.set(key, JSON.stringify(value), { PX: Math.max(1, ttl) }),
    delete: (key) => client.del(key),
    [Symbol.asyncDispose]: async () => client.destroy(),
  };
}
