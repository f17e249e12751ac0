import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempDisposable, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createFileStore } from '../../src/node/index.ts';
import { storedSession } from './session.ts';

// Each kill hits the writes of twenty accounts, wherever each of them is. KILLS=200 does more.
const kills = Number(process.env.KILLS ?? 10);
const keys = Array.from({ length: 20 }, (_, number) => `account ${number}`);

const writer = new URL('alternating-writer.ts', import.meta.url);

/** Starts a writer, which is at work on all accounts when it resolves. */
async function startWriter(directory: string): Promise<ChildProcess> {
  const child = fork(writer, [directory, ...keys], { stdio: 'inherit' });
  await once(child, 'message');
  return child;
}

it('keeps the old or the new session if a writer is killed at any moment', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'etna-auth-'));
  const directory = join(folder.path, 'state');
  const store = createFileStore({ directory });
  const versions = ['a', 'b'].map((letter) => storedSession(letter.repeat(20_000)));
  const found = { a: 0, b: 0 };
  for (let kill = 0; kill < kills; kill += 1) {
    const child = await startWriter(directory);
    await delay(Math.random() * 60);
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    expect(await ended).toEqual([null, 'SIGKILL']);
    for (const key of keys) {
      const session = await store.get(key);
      expect(versions).toContainEqual(session);
      found[JSON.stringify(session).includes('aaa') ? 'a' : 'b'] += 1;
    }
  }
  // The kills did hit: drafts were left, and either session was the last one.
  const drafts = (await readdir(directory)).filter((name) => name.endsWith('.draft'));
  console.log(`${kills} kills: ${drafts.length} of ${kills * keys.length} writes were cut off`);
  expect(drafts.length).toBeGreaterThan(0);
  expect(Math.min(found.a, found.b)).toBeGreaterThan(0);
}, 120_000);
