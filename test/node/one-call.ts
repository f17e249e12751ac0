import { createFileStore, login } from '../../src/node/index.ts';
import { keepSession } from '../../src/session/index.ts';

// A program that needs a session once. It tells its parent that it asks for it.
const [directory, baseUrl = '', appKey = ''] = process.argv.slice(2);
const broker = { baseUrl, appKey, username: 'bob' };
const store = createFileStore({ directory });
const kept = await keepSession({ ...broker, store, login: () => login({ ...broker, password: 'bob-demo' }) });
process.send?.('asks');
await kept.getSession();
