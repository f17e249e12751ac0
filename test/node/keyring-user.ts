import { createKeyringStore } from '../../src/node/keyring-store.ts';
import { storedSession } from './session.ts';

// A process that keeps two sessions in the keyring, one after the other, and forgets them; it tells what it finds on the way.
const store = createKeyringStore();
const key = 'https://etna.test/api alice';
const found = [await store.get(key)];
for (const token of ['one', 'two']) {
  await store.set(key, storedSession(token), 60_000);
  found.push(await store.get(key));
}
await store.delete(key);
await store.delete(key);
found.push(await store.get(key));
process.stdout.write(JSON.stringify(found));
