import { closeSync, constants, fstatSync, mkdirSync, openSync, readFileSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { AuthError } from '../../machines/failures.ts';
import { unavailable } from './shared-store.ts';

/** How old a file must be to have been left by a writer that was killed, in milliseconds. No writer takes that long. */
const abandonedAge = 60_000;

/** Creates a directory that is the user's alone, unless it is there. */
export function makePrivateDirectory(directory: string): void {
  explained(directory, () => {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    demandPrivateDirectory(directory, statSync(directory));
  });
}

/** The text of a file that is the user's alone, in such a directory; `undefined` where there is none. */
export function readPrivateFile(file: string): string | undefined {
  return explained(file, () => {
    const directory = dirname(file);
    const found = statSync(directory, { throwIfNoEntry: false });
    if (found === undefined) return undefined;
    demandPrivateDirectory(directory, found);
    const descriptor = openUnlessMissing(file);
    if (descriptor === undefined) return undefined;
    try {
      // Of what was opened, and not of what may have taken its name since.
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
 * Replaces the text of a file that is the user's alone. Whoever reads meanwhile, and whoever comes after a crash or a power
 * cut, finds the old text or the new one.
 */
export async function writePrivateFile(file: string, text: string): Promise<void> {
  // Reading needs neither of these, and a command that only reads has to start fast.
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
    // The new name is on the disk when the directory is. Windows has no such call.
    if (process.platform !== 'win32') {
      const folder = await open(directory);
      await folder.sync().finally(() => folder.close());
    }
  } catch (error) {
    await rm(draft, { force: true });
    throw explanationOf(error, file);
  }
  await removeDrafts(file, Date.now() - abandonedAge);
}

/** Removes a file, and whatever a killed writer has left of it. */
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
    // Neither through a link to elsewhere, nor waiting for the other end of a pipe. Windows knows neither flag.
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

/** As OpenSSH does with keys: what others can read may have been read, and what they can write may not be ours. */
function demandPrivate(path: string, { uid, mode }: Stats): void {
  // Windows has access lists instead, and keeps others out of a user's folders by itself.
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

/** The system's code for what went wrong, such as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
