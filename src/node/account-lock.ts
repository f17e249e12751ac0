import { once } from 'node:events';
import { closeSync, openSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { basename, dirname, join } from 'node:path';
// Not the global ones, which tests may put a clock of their own in place of.
import { clearInterval, setInterval } from 'node:timers';
import { codeOf } from './private-file.ts';

/** How often the owner of a lock moves its heartbeat, in milliseconds. */
const heartbeat = 1_000;

/** How many looks in a row must find the heartbeat unmoved until the owner counts as dead: at a fifth of a second each, 5 s. */
const looksUntilDead = 25;

/** The longest path of a socket that every system takes, in bytes. */
const longestSocketPath = 100;

/** What one that waits has seen of the others: for each, where its heartbeat stood, and how many looks ago it moved. */
export type Watch = Map<string, { readonly beat: number; readonly looks: number }>;

/** The right to sign in to an account, which one process has at a time. */
export interface AccountLock {
  release(): void;
}

/**
 * Takes the lock of a path, or `null` while somebody else has it, or may have it. Call it again, with the same `watch`, until
 * it is free.
 *
 * Whoever wants the lock puts an entry of its own beside the path and looks for others afterwards. Of two that do so at once
 * at least one sees the other and withdraws, and no entry is ever reused, so that removing a dead one cannot hit a living one.
 *
 * An entry is a socket where the system allows it: the kernel answers for a process that lives, even if it is stopped, in
 * whatever container, and for none that is dead. Where it does not answer (another host, or no socket), the heartbeat
 * decides, as the watcher sees it: neither process numbers nor clocks count.
 *
 * @throws the system's error where no entry can be made.
 */
export async function takeLock(path: string, watch: Watch): Promise<AccountLock | null> {
  if (await isHeld(path, watch)) return null;
  const entry = `${path}.${crypto.randomUUID().slice(0, 8)}`;
  const server = await announce(entry);
  let beat = 0;
  // The time of the file is a counter, which no wrong clock can stop.
  const timer = setInterval(() => move(entry, ++beat), heartbeat).unref();
  const release = () => {
    clearInterval(timer);
    remove(entry);
    server?.close();
  };
  let held = true;
  try {
    held = await isHeld(path, watch, entry);
  } finally {
    if (held) release();
  }
  return held ? null : { release };
}

/** Makes the entry: a socket that listens, or else a file. */
async function announce(entry: string): Promise<Server | null> {
  if (isSocketPath(entry)) {
    const server = createServer((connection) => connection.destroy()).unref();
    // A connection that cannot be accepted, for want of descriptors, say, must not end the program: the kernel has answered.
    server.on('error', () => {});
    try {
      // Not the one of a cluster's primary, which outlives its workers.
      await once(server.listen({ path: entry, exclusive: true }), 'listening');
      return server;
    } catch {
      // A file system without sockets. What else is wrong, the file finds out, too.
    }
  }
  closeSync(openSync(entry, 'wx', 0o600));
  return null;
}

async function isHeld(path: string, watch: Watch, own?: string): Promise<boolean> {
  const directory = dirname(path);
  const entries = readdirSync(directory)
    .filter((name) => name.startsWith(`${basename(path)}.`))
    .map((name) => join(directory, name))
    .filter((entry) => entry !== own);
  const alive = await Promise.all(entries.map((entry) => mayLive(entry, watch)));
  return alive.includes(true);
}

/** Whether the owner of an entry may be alive. The entry of one that is not is removed. */
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

/** Whether a process listens at the entry, be it busy or stopped. */
async function listens(entry: string): Promise<boolean> {
  if (!isSocketPath(entry)) return false;
  const socket = connect(entry);
  try {
    await once(socket, 'connect');
    return true;
  } catch (error) {
    // More have asked than a stopped process can answer.
    return codeOf(error) === 'EAGAIN';
  } finally {
    socket.destroy();
  }
}

const isSocketPath = (entry: string) => process.platform !== 'win32' && Buffer.byteLength(entry) <= longestSocketPath;

function remove(entry: string): void {
  try {
    rmSync(entry, { force: true });
  } catch {
    // Where the whole directory is gone, or may not be changed any more, a login must not fail for that.
  }
}

function move(entry: string, beat: number): void {
  try {
    utimesSync(entry, beat, beat);
  } catch {
    // Somebody removed it, who saw no heartbeat for too long.
  }
}
