import { closeSync, constants, fstatSync, mkdirSync, openSync, readFileSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { AuthError } from '../../machines/failures.ts';
import { unavailable } from './shared-store.ts';

/** The age from which a temporary file counts as left by a killed writer, in milliseconds. No writer takes that long. */
const abandonedAge = 60_000;

/** How many drafts a write may lose to programs that meanwhile forget the previous session, or remove the directory. */
const mostDrafts = 20;

/** Creates a private directory of the user, unless it exists. */
export function makePrivateDirectory(directory: string): void {
  explained(directory, () => {
    makeDirectory(directory);
    demandPrivateDirectory(directory, statSync(directory));
  });
}

/** Creates a directory and its parents. Node's own `recursive` never ends where a file system, such as autofs, creates nothing. */
function makeDirectory(directory: string): void {
  if (statSync(directory, { throwIfNoEntry: false })) return;
  const parent = dirname(directory);
  if (parent !== directory) makeDirectory(parent);
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    // Another process was faster.
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

/** The text of a private file, in a private directory; `undefined` if there is none. */
export function readPrivateFile(file: string): string | undefined {
  return explained(file, () => {
    const directory = dirname(file);
    const found = statSync(directory, { throwIfNoEntry: false });
    if (found === undefined) return undefined;
    demandPrivateDirectory(directory, found);
    const descriptor = openUnlessMissing(file);
    if (descriptor === undefined) return undefined;
    try {
      // Of the opened file, not of one that may have replaced it since.
      const stats = fstatSync(descriptor);
      if (!stats.isFile()) throw unavailable(`${file} is not a file.`);
      demandPrivate(file, stats);
      return readFileSync(descriptor, 'utf8');
    } finally {
      closeSync(descriptor);
    }
  });
}

/**
 * Replaces the text of a private file. A concurrent reader, and any reader after a crash or a power cut, finds the old text or the new
 * one.
 */
export async function writePrivateFile(file: string, text: string): Promise<void> {
  for (let draftsLeft = mostDrafts; ; ) {
    try {
      await replaceFile(file, text);
      break;
    } catch (error) {
      draftsLeft -= 1;
      if (draftsLeft === 0 || codeOf(error) !== 'ENOENT') throw explanationOf(error, file);
    }
  }
  await removeDrafts(file, Date.now() - abandonedAge);
}

async function replaceFile(file: string, text: string): Promise<void> {
  // Not needed for reading, and a command that only reads must start fast.
  const [{ open, rename, rm }, { randomUUID }] = await Promise.all([import('node:fs/promises'), import('node:crypto')]);
  const directory = dirname(file);
  makePrivateDirectory(directory);
  const draft = `${file}.${randomUUID()}.draft`;
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  try {
    // The new name is on disk once the directory is.
    const folder = await open(directory);
    await folder.sync().finally(() => folder.close());
  } catch {
    // Windows and some network drives cannot do that. The file is there all the same.
  }
}

/** Removes a file, and the temporary files of killed writers. */
export async function removePrivateFile(file: string): Promise<void> {
  const { rm } = await import('node:fs/promises');
  try {
    await rm(file, { force: true });
  } catch (error) {
    throw explanationOf(error, file);
  }
  await removeDrafts(file, Number.POSITIVE_INFINITY);
}

async function removeDrafts(file: string, olderThan: number): Promise<void> {
  const [{ readdir, rm, stat }, { basename, join }] = await Promise.all([
    import('node:fs/promises'),
    import('node:path'),
  ]);
  const directory = dirname(file);
  const names = await readdir(directory).catch(() => []);
  for (const name of names) {
    if (!name.startsWith(`${basename(file)}.`) || !name.endsWith('.draft')) continue;
    const draft = join(directory, name);
    const found = await stat(draft).catch(() => null);
    if (found && found.mtimeMs < olderThan) await rm(draft, { force: true });
  }
}

function openUnlessMissing(file: string): number | undefined {
  try {
    // Does not follow links, and does not wait for the other end of a pipe. Windows has neither flag.
    return openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function demandPrivateDirectory(directory: string, stats: Stats): void {
  if (!stats.isDirectory()) throw unavailable(`${directory} is not a directory.`);
  demandPrivate(directory, stats);
}

/** As OpenSSH does for keys: a file that others can read may have been read, and one that they can write may not be ours. */
function demandPrivate(path: string, { uid, mode }: Stats): void {
  // Windows uses access lists instead, and protects a user's folders by default.
  if (process.getuid === undefined) return;
  if (uid !== process.getuid()) throw unavailable(`${path} belongs to another user.`);
  if ((mode & 0o077) === 0) return;
  throw unavailable(`${path} is open to other users: chmod go= '${path}' closes it.`);
}

function explained<Value>(path: string, operation: () => Value): Value {
  try {
    return operation();
  } catch (error) {
    throw explanationOf(error, path);
  }
}

function explanationOf(error: unknown, path: string): unknown {
  return error instanceof AuthError ? error : unavailable(`${codeOf(error) ?? 'An error'} at ${path}`);
}

/** The error code of the system, such as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
