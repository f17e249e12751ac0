import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import type { Result } from './result.ts';

const root = resolve(import.meta.dirname, '../..');

/** The code that a page loads, minified by esbuild and gzipped. */
export async function measureBundles(): Promise<Result[]> {
  const row = (name: string, bytes: number, goal?: number): Result => ({
    group: 'Bundles',
    name,
    unit: 'KB',
    value: bytes / 1024,
    ...(goal !== undefined && { goal }),
  });
  const core = await sizeOf('dist/index.js', ['xstate', 'ky']);
  const page = await sizeOf('dist/browser.js', []);
  const own = await sizeOf('dist/browser.js', ['xstate', 'ky']);
  const xstate = await sizeOf('node_modules/xstate/dist/xstate.esm.js', []);
  const ky = await sizeOf('node_modules/ky/distribution/index.js', []);
  return [
    row('etna-auth: own code before the first request', core.first, 5.5),
    row('etna-auth: own code in total', core.all),
    row('etna-auth/browser with XState, before the first request', page.first),
    row('etna-auth/browser in total, with XState and ky', page.all, 28),
    row('etna-auth/browser: own code in total', own.all),
    row('XState alone', xstate.all),
    row('ky alone', ky.all),
  ];
}

async function sizeOf(entry: string, external: string[]): Promise<{ readonly first: number; readonly all: number }> {
  const { outputFiles, metafile } = await build({
    entryPoints: [resolve(root, entry)],
    absWorkingDir: root,
    outdir: '.cache/bundles',
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    external,
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
  });
  const sizes = new Map(outputFiles.map(({ path, contents }) => [resolve(path), gzipSync(contents).length]));
  const sizeOfFile = (path: string) => sizes.get(resolve(root, path)) ?? 0;
  const start = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === entry)?.[0] ?? '';
  const first = new Set([start]);
  for (const path of first) {
    const { imports = [] } = metafile.outputs[path] ?? {};
    for (const { kind, path: imported, external } of imports) {
      if (kind === 'import-statement' && !external) first.add(imported);
    }
  }
  const sum = (paths: Iterable<string>) => [...paths].reduce((bytes, path) => bytes + sizeOfFile(path), 0);
  return { first: sum(first), all: sum(Object.keys(metafile.outputs)) };
}
