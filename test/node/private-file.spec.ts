import { execFile } from 'node:child_process';
import {
  chmod,
  chown,
  mkdir,
  mkdtempDisposable,
  readdir,
  readFile,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { codeOf, readPrivateFile, removePrivateFile, writePrivateFile } from '../../src/node/private-file.ts';
import { openIn } from './open-files.ts';

async function openDirectory() {
  const folder = await mkdtempDisposable(join(tmpdir(), 'etna-auth-'));
  return { directory: folder.path, file: join(folder.path, 'mine.json'), [Symbol.asyncDispose]: () => folder.remove() };
}

describe('a private file', () => {
  it('is read as it was written, and leaves nothing open', async () => {
    await using place = await openDirectory();
    await writePrivateFile(place.file, 'Zoë');
    expect(readPrivateFile(place.file)).toBe('Zoë');
    expect(openIn(place.directory)).toEqual([]);
  });

  it('may be removed if it is not there, nor its directory', async () => {
    await using place = await openDirectory();
    await removePrivateFile(place.file);
    await removePrivateFile(join(place.directory, 'missing', 'mine.json'));
    expect(await readdir(place.directory)).toEqual([]);
  });

  it('takes no other file with it, however old', async () => {
    await using place = await openDirectory();
    const others = ['mine.json.bak', 'mine.jsonx.draft', 'other.json', 'other.json.1.draft'];
    for (const name of others) {
      await writeFile(join(place.directory, name), '');
      await utimes(join(place.directory, name), 1, 1);
    }
    await writePrivateFile(place.file, '');
    expect((await readdir(place.directory)).sort()).toEqual([basename(place.file), ...others]);
    await removePrivateFile(place.file);
    expect((await readdir(place.directory)).sort()).toEqual(others);
  });

  it.runIf(process.platform !== 'win32')('is replaced in a directory that cannot be synchronised', async () => {
    await using place = await openDirectory();
    // As on a network drive: whoever may write there and not read cannot open the directory. Root may do everything.
    const uid = process.getuid?.() || 65_534;
    await chown(place.directory, uid, -1);
    await chmod(place.directory, 0o300);
    const module = new URL('../../src/node/private-file.ts', import.meta.url).href;
    const program = `
      const { writePrivateFile } = await import(${JSON.stringify(module)});
      await writePrivateFile(${JSON.stringify(place.file)}, 'mine');`;
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], { uid });
    await chmod(place.directory, 0o700);
    expect(await readFile(place.file, 'utf8')).toBe('mine');
  });

  it('that cannot be replaced leaves no draft', async () => {
    await using place = await openDirectory();
    await mkdir(place.file);
    await expect(writePrivateFile(place.file, '')).rejects.toMatchObject({
      code: 'store-unavailable',
      message: `EISDIR at ${place.file}`,
    });
    expect(await readdir(place.directory)).toEqual([basename(place.file)]);
  });

  it.runIf(process.platform !== 'win32')('is not written into a directory that others can read', async () => {
    await using place = await openDirectory();
    await chmod(place.directory, 0o750);
    await expect(writePrivateFile(place.file, '')).rejects.toMatchObject({ code: 'store-unavailable' });
    expect(await readdir(place.directory)).toEqual([]);
  });

  it('is not written where a link leads nowhere', async () => {
    await using place = await openDirectory();
    const link = join(place.directory, 'link');
    await symlink(join(place.directory, 'missing'), link);
    await expect(writePrivateFile(join(link, 'mine.json'), '')).rejects.toMatchObject({ message: `ENOENT at ${link}` });
  });
});

it.each([
  ['of the system', Object.assign(new Error('no'), { code: 'ENOENT' }), 'ENOENT'],
  ['that has none', new Error('no'), undefined],
  ['that has a number', Object.assign(new Error('no'), { code: 7 }), undefined],
  ['that is no error', { code: 'ENOENT' }, undefined],
  ['that is nothing', null, undefined],
])('knows the code of an error %s', (_, error, code) => {
  expect(codeOf(error)).toBe(code);
});
