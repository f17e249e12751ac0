import { createFileStore } from '../../src/node/file-store.ts';
import { storedSession } from './session.ts';

// A process that keeps one session after another under the keys that it is given, all at once, until it is killed.
const [directory = '', ...keys] = process.argv.slice(2);
const store = createFileStore({ directory });
const versions = ['a', 'b'].map((letter) => storedSession(letter.repeat(20_000)));

async function write(key: string, turns: number) {
  for (let turn = 0; turn < turns; turn += 1) {
    const session = versions[turn % 2];
    if (session) await store.set(key, session, 0);
  }
}

// Either session has been there before the first kill.
await Promise.all(keys.map((key) => write(key, 2)));
process.send?.('ready');
await Promise.all(keys.map((key) => write(key, Number.POSITIVE_INFINITY)));
