import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'tsdown';
import { expect, it } from 'vitest';
import { authMachine } from '../../machines/auth.machine.ts';

const root = resolve(import.meta.dirname, '../..');

/**
 * Minified and gzipped bytes of an entry of ours, with or without the packages that it imports: of what a page loads before the
 * first login, and of what only some logins need.
 */
async function sizeOf(entry: string, { packages }: { packages: boolean }) {
  const outDir = resolve(root, '.cache/size', entry.replaceAll('/', '-'));
  const options = {
    config: false,
    cwd: root,
    outDir,
    define: { 'process.env.NODE_ENV': '"production"' },
    ...(packages && { deps: { alwaysBundle: [/./] } }),
    minify: true,
    dts: false,
    logLevel: 'silent',
  } as const;
  const [bundle] = await build({
    ...options,
    entry: [resolve(root, entry)],
    fixedExtension: false,
    platform: packages ? 'browser' : 'neutral',
    target: 'es2023',
  });
  const chunks = (bundle?.chunks ?? []).flatMap((chunk) => (chunk.type === 'chunk' ? [chunk] : []));
  const first = chunks.filter(({ isEntry }) => isEntry);
  for (const { imports } of first) first.push(...chunks.filter(({ fileName }) => imports.includes(fileName)));
  const sizeOfAll = async (some: typeof chunks) => {
    const files = await Promise.all(
      [...new Set(some)].map(({ fileName }) => readFile(resolve(outDir, fileName), 'utf8')),
    );
    // The hashes in the names of chunks change with every comment, and compress by chance.
    return files.reduce((sum, file) => sum + gzipSync(file.replaceAll(/-[\w-]{8}\.js/g, '-00000000.js')).length, 0);
  };
  return { first: await sizeOfAll(first), later: await sizeOfAll(chunks.filter((chunk) => !first.includes(chunk))) };
}

it('keeps the code of the core at 4.5 KB or less before it sends something, without xstate and ky', async () => {
  const { first: size, later } = await sizeOf('dist/index.js', { packages: false });
  console.log(`core: ${size} bytes, minified and gzipped, and ${later} later`);
  expect(later).toBeLessThanOrEqual(6.25 * 1024);
  expect(size).toBeGreaterThan(1_000);
  expect(size).toBeLessThanOrEqual(4.5 * 1024);
});

it('keeps a login for pages at 21.5 KB or less before it sends something, and at 34.5 KB in all', async () => {
  const { first: size, later } = await sizeOf('dist/browser.js', { packages: true });
  console.log(`etna-auth/browser with xstate: ${size} bytes, minified and gzipped, and ${later} later, with ky`);
  expect(size + later).toBeLessThanOrEqual(34.5 * 1024);
  expect(size).toBeGreaterThan(15_000);
  expect(size).toBeLessThanOrEqual(21.5 * 1024);
});

it.each([
  ['secret', 0.5],
  ['failures', 2],
])('costs who imports %s alone no more than %d KB', async (name, limit) => {
  const entry = resolve(root, '.cache/size', `only-${name}.js`);
  await writeFile(entry, `export { ${name} } from '../../dist/index.js';`);
  const { first, later } = await sizeOf(`.cache/size/only-${name}.js`, { packages: true });
  console.log(`${name} alone: ${first} bytes, minified and gzipped`);
  expect(first + later).toBeLessThanOrEqual(limit * 1024);
});

it('keeps the messages out of the core', async () => {
  const core = await readFile(resolve(root, '.cache/size/dist-index.js/index.js'), 'utf8');
  expect(core).not.toContain('Ask your broker');
});

it('removes only the descriptions from the machine', async () => {
  const { authMachine: shipped }: typeof import('../../src/index.ts') = await import(resolve(root, 'dist/index.js'));
  const structure = (config: object) =>
    JSON.stringify(config, (key, value) => (key === 'description' ? undefined : value));
  expect(JSON.stringify(shipped.config)).toBe(structure(authMachine.config));
});
