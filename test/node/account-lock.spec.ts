import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtempDisposable, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { takeLock, type Watch } from '../../src/node/account-lock.ts';
import { openIn } from './open-files.ts';

const openDirectory = () => mkdtempDisposable(join(tmpdir(), 'etna-auth-'));

/** A process of its own that holds the lock. */
async function startOwner(path: string): Promise<ChildProcess & Disposable> {
  const module = new URL('../../src/node/account-lock.ts', import.meta.url).href;
  const program = `
    const { takeLock } = await import(${JSON.stringify(module)});
    console.log(await takeLock(${JSON.stringify(path)}, new Map()) !== null);
    setInterval(() => {}, 1000);`;
  const owner = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ending = Object.assign(owner, { [Symbol.dispose]: () => void owner.kill('SIGKILL') });
  expect(String((await once(owner.stdout, 'data'))[0])).toBe('true\n');
  return ending;
}

/** Whether one that looks so often, at such distances, gets the lock. */
async function isTaken(path: string, looks: number, distance: number): Promise<boolean> {
  const watch: Watch = new Map();
  for (let look = 0; look < looks; look += 1) {
    const lock = await takeLock(path, watch);
    if (lock) {
      lock.release();
      return true;
    }
    await delay(distance);
  }
  return false;
}

// They wait more than they compute.
describe.concurrent('the lock of an account', () => {
  it('is held by one process at a time, even if many request it at once', async () => {
    await using directory = await openDirectory();
    const path = join(directory.path, 'account.lock');
    let owners = 0;
    let most = 0;
    let turns = 0;
    const want = async () => {
      const watch: Watch = new Map();
      for (let times = 0; times < 5; ) {
        const lock = await takeLock(path, watch);
        if (lock) {
          owners += 1;
          most = Math.max(most, owners);
          await delay(1);
          owners -= 1;
          turns += 1;
          times += 1;
          lock.release();
        }
        await delay(20 * Math.random());
      }
    };
    await Promise.all(Array.from({ length: 8 }, want));
    expect({ most, turns }).toEqual({ most: 1, turns: 40 });
    expect(await readdir(join(path, '..'))).toEqual([]);
  });

  it('goes to one of two that want it at the same moment', async () => {
    await using directory = await openDirectory();
    for (let times = 0; times < 20; times += 1) {
      const path = join(directory.path, `${times}.lock`);
      const locks = await Promise.all([takeLock(path, new Map()), takeLock(path, new Map())]);
      const [lock, ...others] = locks.filter((taken) => taken !== null);
      expect([lock === undefined, others]).toEqual([false, []]);
      lock?.release();
    }
    expect(await readdir(directory.path)).toEqual([]);
  });

  it('is kept by a stopped process, for more checks than it could answer', async () => {
    await using directory = await openDirectory();
    const path = join(directory.path, 'account.lock');
    using owner = await startOwner(path);
    owner.kill('SIGSTOP');
    expect(await isTaken(path, 1_500, 1)).toBe(false);
  }, 30_000);

  it('is taken from a killed process after enough checks without a heartbeat', async () => {
    await using directory = await openDirectory();
    const path = join(directory.path, 'account.lock');
    using owner = await startOwner(path);
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    expect(await isTaken(path, 20, 1)).toBe(false);
    expect(await isTaken(path, 30, 1)).toBe(true);
    expect(await readdir(directory.path)).toEqual([]);
  });

  it('is taken from one that was seen alive, after as many checks', async () => {
    await using directory = await openDirectory();
    const path = join(directory.path, 'account.lock');
    const entry = `${path}.other`;
    await writeFile(entry, '');
    const watch: Watch = new Map();
    const isHeld = async () => (await takeLock(path, watch)) === null;
    for (let beat = 1; beat <= 3; beat += 1) {
      await utimes(entry, beat, beat);
      for (let look = 0; look < 25; look += 1) expect(await isHeld()).toBe(true);
    }
    expect(await isHeld()).toBe(false);
  });

  it('is taken from a dead process whose entry cannot be removed', async () => {
    await using directory = await openDirectory();
    const path = join(directory.path, 'account.lock');
    await mkdir(join(`${path}.dead`, 'not empty'), { recursive: true });
    expect(await isTaken(path, 20, 1)).toBe(false);
    expect(await isTaken(path, 30, 1)).toBe(true);
    expect(await readdir(directory.path)).toEqual(['account.lock.dead']);
  });

  it.each([
    ['years ago', new Date(0)],
    ['in an hour', new Date(Date.now() + 3_600_000)],
  ])('is kept while the heartbeat changes, even if its clock says %s', async (_, date) => {
    await using directory = await openDirectory();
    // As another host leaves it, or a file system without sockets.
    const entry = join(directory.path, 'account.lock.other');
    await writeFile(entry, '');
    let beat = date.getTime();
    const timer = setInterval(() => void utimes(entry, beat / 1000, ++beat / 1000), 10);
    expect(await isTaken(join(directory.path, 'account.lock'), 100, 5)).toBe(false);
    clearInterval(timer);
    expect(await isTaken(join(directory.path, 'account.lock'), 40, 5)).toBe(true);
  });

  it.runIf(process.platform === 'linux')('is kept by a stopped process, however long the path', async () => {
    await using home = await openDirectory();
    const directory = join(home.path, 'd'.repeat(200));
    await mkdir(directory);
    const path = join(directory, 'account.lock');
    using owner = await startOwner(path);
    owner.kill('SIGSTOP');
    expect(await isTaken(path, 100, 1)).toBe(false);
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    expect(await isTaken(path, 50, 1)).toBe(true);
    expect(openIn(directory)).toEqual([]);
    expect(await readdir(directory)).toEqual([]);
  });

  it('is held by one process at a time, even if the name is too long for a socket', async () => {
    await using home = await openDirectory();
    const directory = home.path;
    const path = join(directory, `account${'-'.repeat(100)}.lock`);
    const lock = await takeLock(path, new Map());
    expect(openIn(directory)).toEqual([]);
    // Longer than it takes to be given up for dead, if the heartbeat stood still.
    expect(await isTaken(path, 32, 200)).toBe(false);
    lock?.release();
    expect(await isTaken(path, 1, 0)).toBe(true);
  }, 15_000);

  it.runIf(existsSync('/proc/net/unix'))('leaves no socket open, of those that looked nor its own', async () => {
    await using directory = await openDirectory();
    const path = join(directory.path, 'account.lock');
    const sockets = async () => (await readFile('/proc/net/unix', 'utf8')).split(path).length - 1;
    const lock = await takeLock(path, new Map());
    expect(await isTaken(path, 60, 1)).toBe(false);
    await vi.waitFor(async () => expect(await sockets()).toBe(1));
    lock?.release();
    await vi.waitFor(async () => expect(await sockets()).toBe(0));
  });

  it('moves no heartbeat once it is released', async () => {
    await using directory = await openDirectory();
    const lock = await takeLock(join(directory.path, 'account.lock'), new Map());
    const [name = ''] = await readdir(directory.path);
    lock?.release();
    const entry = join(directory.path, name);
    await writeFile(entry, '');
    const { mtimeMs } = await stat(entry);
    await delay(1_500);
    expect((await stat(entry)).mtimeMs).toBe(mtimeMs);
  });

  it('leaves nothing behind if it cannot be created, and reports the error', async () => {
    await using directory = await openDirectory();
    await expect(takeLock(join(directory.path, 'missing', 'account.lock'), new Map())).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });
});
