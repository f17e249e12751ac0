import {
  chmod,
  chown,
  mkdir,
  mkdtempDisposable,
  readdir,
  readFile,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { describe, expect, it, vi } from 'vitest';
import { reveal } from '../../machines/secret.ts';
import { storeKey } from '../../machines/session.ts';
import { createFileStore } from '../../src/node/index.ts';
import { stateDirectory } from '../../src/node/state-directory.ts';
import { forgetSession, loadSession, saveSession } from '../../src/session/session-store.ts';
import { liveSession, storedSession } from './session.ts';

const alice = { baseUrl: 'https://etna.test/api', username: 'alice' };
const hasModes = process.platform !== 'win32';
const isRoot = process.getuid?.() === 0;

/** A store in a directory that is not there yet. */
async function openStore() {
  const folder = await mkdtempDisposable(join(tmpdir(), 'etna-auth-'));
  const store = createFileStore({ directory: join(folder.path, 'state', 'etna-auth') });
  const { directory } = store;
  const [aliceFile] = [store.fileOf('https://etna.test/api alice')];
  return { store, directory, aliceFile, [Symbol.asyncDispose]: () => folder.remove() };
}

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

describe('a file store', () => {
  it('returns what another instance has stored, until it is deleted', async () => {
    await using place = await openStore();
    const session = liveSession();
    await saveSession(place.store, alice, session);
    const another = createFileStore({ directory: place.directory });
    const loaded = await loadSession(another, alice);
    expect({ ...loaded, token: loaded && reveal(loaded.token) }).toEqual({ ...session, token: 'token-1' });
    await forgetSession(place.store, alice);
    expect(await loadSession(another, alice)).toBeNull();
    expect(await readdir(place.directory)).toEqual([]);
  });

  it('is empty at first, and creates nothing when it is read', async () => {
    await using place = await openStore();
    expect(await loadSession(place.store, alice)).toBeNull();
    await expect(stat(place.directory)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('keeps one file per account, for any name, and no account name in a file name', async () => {
    await using place = await openStore();
    const usernames = ['alice', 'Alice', 'a/../../b', 'ä'.repeat(300), 'con', 'алиса'];
    for (const username of usernames)
      await saveSession(place.store, { ...alice, username }, liveSession(username.length.toString(), username));
    for (const username of usernames) {
      expect(await loadSession(place.store, { ...alice, username })).toMatchObject({ username });
    }
    const files = await readdir(place.directory);
    expect(files).toHaveLength(usernames.length);
    for (const file of files) expect(file).toMatch(/^[\da-f]{16}\.json$/);
  });

  it.runIf(hasModes)('is private', async () => {
    await using place = await openStore();
    await saveSession(place.store, alice, liveSession());
    expect(await modeOf(place.directory)).toBe('700');
    expect(await modeOf(place.aliceFile)).toBe('600');
  });

  it('names the account inside the file, and contains no password', async () => {
    await using place = await openStore();
    await saveSession(place.store, alice, liveSession());
    const kept = JSON.parse(await readFile(place.aliceFile, 'utf8'));
    expect(Object.keys(kept).sort()).toEqual(['baseUrl', 'expiresAt', 'issuedAt', 'token', 'username', 'version']);
    expect(kept).toMatchObject(alice);
  });

  it('removes the files of killed writers when they are old enough, and all of them with the session', async () => {
    await using place = await openStore();
    await saveSession(place.store, alice, liveSession());
    const [old, young] = [`${place.aliceFile}.1.draft`, `${place.aliceFile}.2.draft`];
    for (const draft of [old, young]) await writeFile(draft, 'half', { mode: 0o600 });
    await utimes(old, 1, 1);
    await saveSession(place.store, alice, liveSession('token-2'));
    expect((await readdir(place.directory)).filter((name) => name.endsWith('.draft'))).toHaveLength(1);
    await forgetSession(place.store, alice);
    expect(await readdir(place.directory)).toEqual([]);
  });

  it('stores a session while another program forgets the one before, and with it the files of writers', async () => {
    await using place = await openStore();
    await saveSession(place.store, alice, liveSession());
    // Large, so that it is being written for a while.
    const storing = place.store.set(storeKey(alice), storedSession('a'.repeat(30_000_000)), 60_000);
    await expect.poll(async () => (await readdir(place.directory)).join(), { interval: 1 }).toContain('.draft');
    await forgetSession(createFileStore({ directory: place.directory }), alice);
    await storing;
    expect(await readdir(place.directory)).toEqual([basename(place.aliceFile)]);
  });
});

describe('a file store refuses, and does not change,', () => {
  it.runIf(hasModes).each([0o640, 0o604, 0o620, 0o602])('a file of mode %o', async (mode) => {
    await using place = await openStore();
    await saveSession(place.store, alice, liveSession());
    const before = await readFile(place.aliceFile, 'utf8');
    await chmod(place.aliceFile, mode);
    const refusal = {
      code: 'store-unavailable',
      failure: { detail: `${place.aliceFile} is open to other users: chmod go= '${place.aliceFile}' closes it.` },
    };
    await expect(loadSession(place.store, alice)).rejects.toMatchObject(refusal);
    await expect(saveSession(place.store, alice, liveSession('token-2'))).rejects.toMatchObject(refusal);
    expect(await readFile(place.aliceFile, 'utf8')).toBe(before);
  });

  it.runIf(hasModes).each([0o750, 0o705, 0o710])('a directory of mode %o', async (mode) => {
    await using place = await openStore();
    await mkdir(place.directory, { recursive: true });
    await chmod(place.directory, mode);
    const refusal = {
      code: 'store-unavailable',
      failure: { detail: expect.stringMatching(/etna-auth is open to other users/) },
    };
    await expect(loadSession(place.store, alice)).rejects.toMatchObject(refusal);
    await expect(saveSession(place.store, alice, liveSession())).rejects.toMatchObject(refusal);
    expect(await readdir(place.directory)).toEqual([]);
  });

  // Only root can give a file away.
  it.runIf(isRoot).each(['aliceFile', 'directory'] as const)('what another user owns: %s', async (name) => {
    await using place = await openStore();
    await saveSession(place.store, alice, liveSession());
    await chown(place[name], 12_345, 12_345);
    await expect(loadSession(place.store, alice)).rejects.toMatchObject({
      code: 'store-unavailable',
      failure: { detail: `${place[name]} belongs to another user.` },
    });
  });

  it.runIf(hasModes)('a link to elsewhere', async () => {
    await using place = await openStore();
    await saveSession(place.store, { ...alice, username: 'bob' }, liveSession('token-2', 'bob'));
    await symlink(place.store.fileOf('https://etna.test/api bob'), place.aliceFile);
    await expect(loadSession(place.store, alice)).rejects.toMatchObject({
      code: 'store-unavailable',
      failure: { detail: `ELOOP at ${place.aliceFile}` },
    });
  });

  it.each([
    ['half a session', '{"version":1,"baseUrl":"https://etna'],
    ['nothing at all', ''],
    ['what is not text', '\0\xff\0'],
  ])('a file with %s', async (_, text) => {
    await using place = await openStore();
    await mkdir(place.directory, { recursive: true, mode: 0o700 });
    await writeFile(place.aliceFile, text, { mode: 0o600 });
    const damaged = { code: 'store-damaged', failure: { detail: `${place.aliceFile} is not JSON.` } };
    await expect(loadSession(place.store, alice)).rejects.toMatchObject(damaged);
    await expect(saveSession(place.store, alice, liveSession())).rejects.toMatchObject(damaged);
    await expect(place.store.set(storeKey(alice), storedSession('token'), 1)).rejects.toMatchObject(damaged);
    expect(await readFile(place.aliceFile, 'utf8')).toBe(text);
  });

  it('a file that is a directory', async () => {
    await using place = await openStore();
    await mkdir(place.aliceFile, { recursive: true, mode: 0o700 });
    await chmod(place.directory, 0o700);
    const code = 'store-unavailable';
    await expect(loadSession(place.store, alice)).rejects.toMatchObject({
      code,
      failure: { detail: `${place.aliceFile} is not a file.` },
    });
    const key = storeKey(alice);
    await expect(
      place.store.set(key, { ...alice, version: 1, token: 'token', issuedAt: 0, expiresAt: 1 }, 1),
    ).rejects.toMatchObject({ code });
    await expect(place.store.delete(key)).rejects.toMatchObject({ code });
    expect(await readdir(place.directory)).toEqual([basename(place.aliceFile)]);
  });

  it('a directory that is a file', async () => {
    await using place = await openStore();
    await mkdir(join(place.directory, '..'), { recursive: true });
    await writeFile(place.directory, '', { mode: 0o600 });
    await expect(saveSession(place.store, alice, liveSession())).rejects.toMatchObject({
      code: 'store-unavailable',
      failure: { detail: `${place.directory} is not a directory.` },
    });
  });
});

// Another name would lose the sessions that an earlier version has stored.
it.each([
  ['foobar', '85944171f73967e8'],
  ['aa', '089c4307b54596b7'],
])('the file of a key is named by its hash: %s', (key, hash) => {
  expect(createFileStore({ directory: '/srv' }).fileOf(key)).toBe(join('/srv', `${hash}.json`));
});

describe('without a directory, a file store uses', () => {
  it.each<[where: string, NodeJS.ProcessEnv, NodeJS.Platform, RegExp]>([
    ['ETNA_AUTH_HOME', { ETNA_AUTH_HOME: '/srv/bot', XDG_STATE_HOME: '/xdg' }, 'linux', /^\/srv\/bot$/],
    ['XDG_STATE_HOME', { XDG_STATE_HOME: '/xdg' }, 'linux', /^\/xdg\/etna-auth$/],
    ['its default, for one that is relative', { XDG_STATE_HOME: 'xdg' }, 'linux', /\/\.local\/state\/etna-auth$/],
    ['its default, for an empty one', { XDG_STATE_HOME: '' }, 'linux', /\/\.local\/state\/etna-auth$/],
    ['the place of macOS', {}, 'darwin', /\/Library\/Application Support\/etna-auth$/],
    ['the usual place of Windows', {}, 'win32', /AppData.Local.etna-auth$/],
    ['the place of Windows', { LOCALAPPDATA: '/local' }, 'win32', /^\/local\/etna-auth$/],
  ])('%s', (_, environment, platform, directory) => {
    expect(stateDirectory(environment, platform)).toMatch(directory);
  });
  // The environment of a thread, in which mutation tests run, is not the one that the system looks into.
  it.runIf(isMainThread)('no directory that depends on where the program was started', () => {
    expect(() => stateDirectory({ ETNA_AUTH_HOME: 'state' })).toThrow(
      'ETNA_AUTH_HOME is "state", not an absolute path.',
    );
    for (const home of ['', 'home']) {
      vi.stubEnv('HOME', home);
      expect(() => stateDirectory({})).toThrow(`HOME is "${home}", not an absolute path.`);
    }
    vi.unstubAllEnvs();
  });
});
