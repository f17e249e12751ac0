import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { codeOf } from './private-file.ts';

/** How often the owner shows that it is alive, in milliseconds. */
const heartbeat = 1_000;

/** How long a silence means that the owner is gone, in milliseconds. */
const longestSilence = {
  /** It is there, and only slow, or stopped: it keeps the lock. */
  alive: 2 ** 31 - 1,
  dead: 5_000,
  /** It was killed before it said who it is, or runs on another machine. */
  unknown: 30_000,
};

/** The right to sign in to an account, which one process has at a time. */
export interface AccountLock {
  /** Whether somebody else had it until a moment ago, who may have died. */
  readonly inherited: boolean;
  /**
   * Waits until it is certain that nobody else has it, too. Of two processes that find the lock of a dead one at the same
   * moment, each may take it from the other; at its next sign of life the loser notices.
   */
  isCertain(signal: AbortSignal): Promise<boolean>;
  release(): Promise<void>;
}

/**
 * Takes the lock at a path, or `null` while another process has it. It is given back when the process ends, by whatever
 * signal it can hear; one that was killed is found out by its silence.
 */
export async function takeLock(path: string): Promise<AccountLock | null> {
  // It listens for the end of the process from the moment that it is loaded.
  const { default: lockfile } = await import('proper-lockfile');
  const ownerFile = `${path}.owner`;
  const inherited = existsSync(path);
  let lost = false;
  try {
    const release = await lockfile.lock(path, {
      lockfilePath: path,
      realpath: false,
      stale: longestSilence[fateOf(ownerFile)],
      update: heartbeat,
      onCompromised: () => {
        lost = true;
      },
    });
    writeFileSync(ownerFile, ownName, { mode: 0o600 });
    return {
      inherited,
      async isCertain(signal) {
        await delay(1.5 * heartbeat, undefined, { signal });
        return !lost;
      },
      async release() {
        // Before the lock, since the next one may have it at once.
        if (!lost) rmSync(ownerFile, { force: true });
        // What was lost is not there to be given back.
        await release().catch(() => {});
      },
    };
  } catch (error) {
    if (codeOf(error) === 'ELOCKED') return null;
    throw error;
  }
}

const ownName = `${process.pid} ${hostname()}`;

/** What became of the process that took the lock. */
function fateOf(ownerFile: string): keyof typeof longestSilence {
  const [, pid, host] = /^(\d+) (.*)$/.exec(textOf(ownerFile)) ?? [];
  if (host !== hostname()) return 'unknown';
  try {
    process.kill(Number(pid), 0);
    return 'alive';
  } catch (error) {
    // A process that may not be signalled is there all the same.
    return codeOf(error) === 'EPERM' ? 'alive' : 'dead';
  }
}

/** It may go at any moment. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
