import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { defineConfig } from 'tsdown';

const shared = {
  target: 'es2023',
  fixedExtension: false,
  sourcemap: false,
  // Declarations take their time, and there is nothing to be done about it.
  inputOptions: { checks: { bundlerTimings: false } },
} as const;

/** For pages as well: what they load must not come with a piece that only Node can load. */
const portable = {
  ...shared,
  platform: 'neutral' as const,
  deps: { neverBundle: [/^node:/] },
  // Names of functions and classes stay, for stack traces.
  minify: {
    compress: { keepNames: { function: true, class: true } },
    mangle: { keepNames: true },
    codegen: { removeWhitespace: true },
  },
  dts: true,
  // A login in a page is a `Disposable`. Programs whose `lib` is older than that compile, too.
  banner: ({ fileName }: { readonly fileName: string }) =>
    fileName === 'browser.d.ts' ? { dts: '/// <reference lib="esnext.disposable" />' } : undefined,
};

export default defineConfig([
  {
    ...portable,
    entry: {
      index: 'src/index.ts',
      browser: 'src/browser/index.ts',
      session: 'src/session/index.ts',
      messages: 'src/messages.ts',
      inspect: 'src/inspect/index.ts',
      node: 'src/node/index.ts',
      native: 'src/native/index.ts',
      testing: 'src/testing/index.ts',
      'testing-browser': 'src/testing/portable.ts',
    },
    outputOptions: {
      // Editors show the docstrings of the declarations.
      comments: { jsdoc: false },
      codeSplitting: {
        groups: [
          // Whoever imports these alone has no machine in their bundle.
          { name: 'secret', test: /machines\/(failures|outcome|secret|url)\.ts$/ },
          // What sends requests is loaded with the first one, and must not share a file with what a page loads before.
          { name: 'headers', test: /src\/protocol\/(headers|on-demand|shape|steps)\.ts$/ },
          { name: 'redirects', test: /src\/protocol\/(endpoint-url|redirects)\.ts$/ },
          { name: 'exchange', test: /src\/protocol\/(exchange|logout-endpoint)\.ts$/ },
          { name: 'body', test: /src\/protocol\/body\.ts$/ },
          { name: 'token-service', test: /src\/(token-service|protocol\/reply)\.ts$/ },
        ],
      },
    },
    plugins: [withoutDescriptions(), emulatorApart(), licenses('licenses.txt')],
  },
  {
    ...portable,
    entry: { emulator: 'src/testing/emulator/index.ts', 'emulator-browser': 'src/testing/emulator/portable.ts' },
    minify: true,
    plugins: [licenses('licenses-of-the-emulator.txt')],
  },
  {
    ...shared,
    entry: { cli: 'src/cli/main.ts' },
    platform: 'node',
    // Node loads it in half the time of ES modules.
    format: 'cjs',
    dts: false,
    minify: true,
    // One file for everything that each start needs, since each file takes time to load.
    outputOptions: {
      codeSplitting: { groups: [{ name: (id, graph) => (isNeededAtStart(id, graph) ? 'start' : null) }] },
    },
    // Only the used parts of each package, which load faster; and ky, whose default export `require` would not find.
    deps: { alwaysBundle: ['ky', 'valibot', 'xstate'] },
    plugins: [withoutDescriptions(), emulatorApart(), licenses('licenses-of-the-command.txt')],
  },
]);

/** The emulator is built once, for tests and for the command. */
function emulatorApart() {
  const builds = { index: './emulator.js', portable: './emulator-browser.js' };
  return {
    name: 'emulator-apart',
    resolveId: {
      filter: { id: /\/emulator\/(index|portable)\.ts$/ },
      handler: (id: string) => ({
        id: builds[basename(id, '.ts') as keyof typeof builds],
        external: 'relative' as const,
      }),
    },
  };
}

/** The machine describes itself to those who read and draw it. Pages that run it need not load that. */
function withoutDescriptions() {
  return {
    name: 'without-descriptions',
    transform: {
      filter: { id: /\.machine\.ts$/ },
      handler(this: { parse(code: string, options: { lang: 'ts' }): object }, code: string) {
        // From the last to the first, so that the places of the others stay.
        return descriptionsIn(this.parse(code, { lang: 'ts' }))
          .sort((one, other) => other.start - one.start)
          .reduce((text, { start, end }) => text.slice(0, start) + text.slice(end).replace(/^,/, ''), code);
      },
    },
  };
}

interface ModuleGraph {
  getModuleInfo(id: string): { readonly isEntry: boolean; readonly importers: readonly string[] } | null;
}

/** Whether the entry imports a module statically, directly or indirectly. */
function isNeededAtStart(id: string, graph: ModuleGraph, seen = new Set<string>()): boolean {
  const module = graph.getModuleInfo(id);
  if (!module || seen.has(id)) return false;
  seen.add(id);
  return module.isEntry || module.importers.some((importer) => isNeededAtStart(importer, graph, seen));
}

interface Place {
  readonly start: number;
  readonly end: number;
}

/** Where a syntax tree has properties of this name. */
function descriptionsIn(node: unknown): Place[] {
  if (typeof node !== 'object' || node === null) return [];
  const { type, key, start, end } = node as { type?: string; key?: { name?: string } } & Place;
  if (type === 'Property' && key?.name === 'description') return [{ start, end }];
  return Object.values(node).flatMap(descriptionsIn);
}

/** The command and the emulator bundle what they are made of, so that its licences must come along: each text once. */
function licenses(fileName: string) {
  return {
    name: 'licenses',
    generateBundle(
      this: { emitFile(file: object): void },
      _: unknown,
      bundle: Record<string, { moduleIds?: string[] }>,
    ) {
      const modules = Object.values(bundle).flatMap(({ moduleIds = [] }) => moduleIds);
      const folders = new Set(modules.flatMap((id) => id.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/) ?? []));
      const owners = new Map<string, string[]>();
      for (const folder of [...folders].sort()) {
        const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
        const [file] = globSync(`${folder}/{license,LICENSE,License}*`);
        if (!file) throw new Error(`${name} has no file with its licence`);
        const lines = readFileSync(file, 'utf8').trim().split('\n');
        const isCopyright = (line: string) => /copyright \(c\)/i.test(line);
        const terms = lines
          .filter((line) => !isCopyright(line))
          .join(' ')
          .replaceAll(/\s+/g, ' ')
          .trim();
        const owner = [
          `${name} ${version} (${license})`,
          ...lines.filter(isCopyright).map((line) => `  ${line.trim()}`),
        ];
        owners.set(terms, [...(owners.get(terms) ?? []), owner.join('\n')]);
      }
      const texts = [...owners].map(([terms, packages]) => `${packages.join('\n')}\n\n${terms}\n`);
      if (texts.length > 0) this.emitFile({ type: 'asset', fileName, source: texts.join('\n---\n\n') });
    },
  };
}
