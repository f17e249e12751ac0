import { execFile } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { install, sharePackages } from './install.ts';

/** What a page uses of the package, and the most bytes, minified and gzipped, of what it loads at first. */
const pages = {
  secret: { code: "import { secret } from 'etna-auth'; globalThis.used = secret;", limit: 0.75 * 1024 },
  failures: { code: "import { failures } from 'etna-auth'; globalThis.used = failures;", limit: 2 * 1024 },
  createBrowserAuth: {
    code: "import { createBrowserAuth } from 'etna-auth/browser'; globalThis.used = createBrowserAuth;",
    limit: 22.25 * 1024,
  },
};

interface Bundler {
  readonly name: string;
  readonly version: string;
  /** What it is made of: the first one names its version. */
  readonly packages: readonly string[];
  /** What the smallest page takes by no fault of the package. */
  readonly least?: number;
  /** Its command, in a folder with `main.js` and a page that loads it, which writes into `out`. */
  readonly command: readonly string[];
}

export const bundlers: readonly Bundler[] = [
  {
    name: 'esbuild',
    version: '0.28.2',
    packages: ['esbuild'],
    // It splits off what unused code would load, and what that shares with used code.
    least: 3 * 1024,
    command: ['esbuild', 'main.js', '--bundle', '--minify', '--format=esm', '--splitting', '--outdir=out'],
  },
  { name: 'Vite', version: '8.3.8', packages: ['vite'], command: ['vite', 'build', '--outDir', 'out'] },
  {
    name: 'Rollup',
    version: '4.68.8',
    packages: ['rollup', '@rollup/plugin-node-resolve@16.0.3', '@rollup/plugin-terser@1.0.2'],
    command: ['rollup', 'main.js', '--dir', 'out', '--plugin', 'node-resolve={browser:true}', '--plugin', 'terser'],
  },
  {
    name: 'webpack',
    version: '5.113.0',
    packages: ['webpack', 'webpack-cli@7.3.1'],
    command: ['webpack', '--mode', 'production', '--entry', './main.js', '--output-path', 'out'],
  },
  {
    name: 'Rspack',
    version: '2.3.3',
    packages: ['@rspack/core', '@rspack/cli@2.2.8'],
    command: ['rspack', 'build', '--mode', 'production', '--entry', './main.js', '--output-path', 'out'],
  },
  {
    name: 'Parcel',
    version: '2.16.4',
    packages: ['parcel'],
    command: [
      'parcel',
      'build',
      'index.html',
      '--dist-dir',
      'out',
      '--no-source-maps',
      '--no-cache',
      '--public-url',
      './',
    ],
  },
];

export interface Bundled {
  /** By what the page uses: bytes at first, and later. */
  readonly sizes: Readonly<Record<string, { readonly first: number; readonly later: number }>>;
  readonly problems: readonly string[];
}

/** Bundles each page. @param app Where the package is installed. */
export async function bundle(
  { name, version, packages: [own, ...others], least = 0, command }: Bundler,
  app: string,
): Promise<Bundled> {
  const folder = install(`bundler-${name.toLowerCase()}`, [`${own}@${version}`, ...others]);
  sharePackages(app, folder);
  // Parcel does not read `exports` unless it is told to, where it takes the project to begin.
  writeFileSync(join(folder, 'package-lock.json'), '{}');
  const config = { private: true, '@parcel/resolver-default': { packageExports: true } };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(config));
  const sizes: Record<string, { first: number; later: number }> = {};
  const problems: string[] = [];
  for (const [used, { code, limit }] of Object.entries(pages)) {
    const page = join(folder, used);
    rmSync(page, { recursive: true, force: true });
    mkdirSync(page);
    writeFileSync(join(page, 'main.js'), code);
    writeFileSync(join(page, 'index.html'), '<!doctype html><script type="module" src="./main.js"></script>');
    const [program = '', ...args] = command;
    const env = { ...process.env, NODE_ENV: 'production' };
    const path = join(folder, 'node_modules/.bin', program);
    await promisify(execFile)(process.execPath, [path, ...args], { cwd: page, env, timeout: 120_000 });
    sizes[used] = sizesIn(join(page, 'out'));
    const { first } = sizes[used];
    if (first > Math.max(limit, least)) problems.push(`${used} takes ${first} bytes of ${limit}`);
  }
  return { sizes, problems };
}

function sizesIn(folder: string): { first: number; later: number } {
  const files = globSync('**/*.js', { cwd: folder }).map((file) => join(folder, file));
  const html = join(folder, 'index.html');
  const named = existsSync(html) && readFileSync(html, 'utf8').match(/src="?([^" >]+\.js)/)?.[1];
  const entry = files.find((file) => basename(file) === (named ? basename(named) : 'main.js'));
  if (!entry) throw new Error(`There is no entry among ${files}.`);
  const first = new Set([entry]);
  for (const file of first) {
    // What is imported by the text of a module; `import(…)` comes later.
    for (const [, source = ''] of readFileSync(file, 'utf8').matchAll(/(?:\bfrom|\bimport) ?["'](\.[^"']+)["']/g)) {
      first.add(resolve(dirname(file), source));
    }
  }
  const sizeOf = (some: Iterable<string>) =>
    [...some].reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0);
  return { first: sizeOf(first), later: sizeOf(files.filter((file) => !first.has(file))) };
}
