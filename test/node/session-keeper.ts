import { createFileStore, login, storedLogin } from '../../src/node/index.ts';
import { keepSession } from '../../src/session/index.ts';
import { connectRedisStore } from './redis-store.ts';

// A program that stays signed in, as docs/sessions.md has it. With plain `login`, the kept session alone holds the lock. It tells its parent of each session that it uses, until it is killed.
const [place = '', baseUrl = '', appKey = '', by = '', lifetime = ''] = process.argv.slice(2);
const sessionLifetime = Number(lifetime);
const broker = { baseUrl, appKey, username: 'bob', sessionLifetime };
const store = place.endsWith('.sock') ? await connectRedisStore(place) : createFileStore({ directory: place });

const kept = await keepSession({
  ...broker,
  store,
  renewBefore: sessionLifetime / 2,
  login: (context) =>
    by === 'login'
      ? login({ ...broker, password: 'bob-demo' })
      : storedLogin({ ...broker, ...context, store, password: 'bob-demo' }),
  onLoginError: (error) => process.send?.(String(error)),
});
let last = 0;
setInterval(async () => {
  const { issuedAt } = await kept.getSession();
  if (issuedAt !== last) process.send?.(issuedAt);
  last = issuedAt;
}, 50);
