import { once } from 'node:events';
import { closeSync, openSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { basename, dirname, join } from 'node:path';
// Not the global ones, which tests may replace with a fake clock.
import { clearInterval, setInterval } from 'node:timers';
import { setTimeout as delay } from 'node:timers/promises';
import { codeOf } from './private-file.ts';

/** How often the owner of a lock updates its heartbeat, in milliseconds. */
const heartbeat = 1_000;

/** How many checks in a row must find the heartbeat unchanged until the owner counts as dead: every 200 ms, so 5 s. */
const looksUntilDead = 25;

/** How often a process whose entry comes first checks whether the others withdraw, every 10 ms. */
const looksToStay = 20;

/** The longest path of a socket that every system accepts, in bytes. */
const longestSocketPath = 100;

/** What a waiting process has seen of the others: for each, its last heartbeat, and how many checks ago it changed. */
export type Watch = Map<string, { readonly beat: number; readonly looks: number }>;

/** The lock of an account, which one process holds at a time while it signs in. */
export interface AccountLock {
  release(): void;
}

/**
 * Takes the lock of a path. Returns `null` while another process holds it, or may hold it. Call it again, with the same `watch`, until
 * it is free.
 *
 * A process that wants the lock creates its own entry beside the path, and then looks for others. If two do so at once, at least one of
 * them sees the other and withdraws. The one whose entry comes first by name stays for a moment, since the other is about to withdraw.
 * No entry is ever reused, so removing a dead one cannot hit a living one.
 *
 * An entry is a socket if the system allows it: the kernel accepts connections for a living process, even if it is stopped or in
 * another container, and never for a dead one. If there is no connection (another host, or no socket), the heartbeat decides, as the
 * watcher sees it: process numbers and clocks are not used.
 *
 * @throws the system's error if no entry can be created.
 */
export async function takeLock(path: string, watch: Watch): Promise<AccountLock | null> {
  if ((await holdersOf(path, watch)).length > 0) return null;
  const entry = `${path}.${crypto.randomUUID().slice(0, 8)}`;
  const server = await announce(entry);
  let beat = 0;
  // The time of the file is a counter, so a wrong clock does not matter.
  const timer = setInterval(() => move(entry, ++beat), heartbeat).unref();
  const release = () => {
    clearInterval(timer);
    remove(entry);
    server?.close();
  };
  let isMine = false;
  try {
    for (let looks = 0; !isMine && looks < looksToStay; looks += 1) {
      // These checks are too quick to judge a heartbeat. An entry that was watched is dead, even if it cannot be removed.
      const others = (await holdersOf(path, new Map(), entry)).filter((other) => !watch.has(other));
      isMine = others.length === 0;
      if (others.some((other) => other < entry)) break;
      if (!isMine) await delay(10);
    }
  } finally {
    if (!isMine) release();
  }
  return isMine ? { release } : null;
}

/** Creates the entry: a listening socket, or else a file. */
async function announce(entry: string): Promise<Server | null> {
  const server = createServer((connection) => connection.destroy()).unref();
  // A connection that cannot be accepted, for example without free descriptors, must not end the program: the kernel has replied.
  server.on('error', () => {});
  try {
    const isListening = await atSocket(entry, async (path) => {
      // Not the socket of a cluster's primary, which outlives its workers.
      await once(server.listen({ path, exclusive: true }), 'listening');
      return true;
    });
    if (isListening) return server;
  } catch {
    // A file system without sockets. Any other problem shows when the file is created.
  }
  closeSync(openSync(entry, 'wx', 0o600));
  return null;
}

/** The entries of others that may be alive. */
async function holdersOf(path: string, watch: Watch, own?: string): Promise<string[]> {
  const directory = dirname(path);
  const entries = readdirSync(directory)
    .filter((name) => name.startsWith(`${basename(path)}.`))
    .map((name) => join(directory, name))
    .filter((entry) => entry !== own);
  const alive = await Promise.all(entries.map((entry) => mayLive(entry, watch)));
  return entries.filter((_, index) => alive[index]);
}

/** Whether the owner of an entry may be alive. The entry of a dead owner is removed. */
async function mayLive(entry: string, watch: Watch): Promise<boolean> {
  const beat = statSync(entry, { throwIfNoEntry: false })?.mtimeMs;
  if (beat === undefined) return false;
  const seen = watch.get(entry);
  const looks = seen?.beat === beat ? seen.looks + 1 : 0;
  watch.set(entry, { beat, looks });
  if (looks < looksUntilDead || (await listens(entry))) return true;
  remove(entry);
  return false;
}

/** Whether a process listens on the entry, even if it is busy or stopped. */
const listens = (entry: string): Promise<boolean> =>
  atSocket(entry, async (path) => {
    const socket = connect(path);
    try {
      await once(socket, 'connect');
      return true;
    } catch (error) {
      // More connections than a stopped process can accept.
      return codeOf(error) === 'EAGAIN';
    } finally {
      socket.destroy();
    }
  });

/** Uses the socket of an entry, by a path that the system accepts; `false` if there is none. */
async function atSocket(entry: string, use: (path: string) => Promise<boolean>): Promise<boolean> {
  const isShort = (path: string) => process.platform !== 'win32' && Buffer.byteLength(path) <= longestSocketPath;
  if (isShort(entry)) return use(entry);
  if (process.platform !== 'linux') return false;
  // On Linux an open directory has a short path.
  const directory = openSync(dirname(entry), 'r');
  try {
    const path = `/proc/self/fd/${directory}/${basename(entry)}`;
    return isShort(path) && (await use(path));
  } finally {
    closeSync(directory);
  }
}

function remove(entry: string): void {
  try {
    rmSync(entry, { force: true });
  } catch {
    // A login must not fail because the directory is gone, or has become read-only.
  }
}

function move(entry: string, beat: number): void {
  try {
    utimesSync(entry, beat, beat);
  } catch {
    // Another process removed it, after it saw no heartbeat for too long.
  }
}
